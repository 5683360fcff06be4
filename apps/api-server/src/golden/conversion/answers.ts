import { pythonJson } from '../webhooks/python-json';
import { convert, marred, type ConvertedObject } from './objects';

/** As much of a ConversionReview as the recording's program reads. */
export interface AskedConversion {
  readonly apiVersion?: string;
  readonly request?: {
    readonly uid?: string;
    readonly objects?: readonly ConvertedObject[];
    readonly desiredAPIVersion?: string;
  };
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

/** What the recording's program answers: depends on the path alone. */
export function answerToConversion(path: string, review: AskedConversion | undefined): Answer {
  const name = path.replaceAll('/', '');
  const plain = plainAnswers[name];
  if (plain) return plain;
  if (!known.has(name)) return { code: 404, text: 'no such hook' };
  return { code: name === 'http-201' ? 201 : 200, text: JSON.stringify(reviewOf(name, review ?? {})) };
}

const plainAnswers: Readonly<Record<string, Answer>> = {
  empty: { code: 200, text: '' },
  'invalid-json': { code: 200, text: '{"not json' },
  'http-500': { code: 500, text: 'boom' },
  'http-404': { code: 404, text: 'nothing here' },
};

const known: ReadonlySet<string> = new Set(
  [
    'convert echo changes-labels changes-meta drops-labels drop-item extra-item no-items wrong-version wrong-kind',
    'changes-name changes-namespace changes-uid no-metadata bad-metadata invalid unknown-field wrong-type',
    'fail fail-plain fail-reason no-status no-response wrong-review no-kind uid-mismatch http-201',
  ].flatMap((line) => line.split(' ')),
);

function reviewOf(name: string, review: AskedConversion): object {
  const { apiVersion, request = {} } = review;
  const response = {
    uid: name === 'uid-mismatch' ? 'someone-else' : request.uid,
    result: results[name] ?? { status: 'Success' },
    convertedObjects: converted(name, review),
  };
  if (name === 'no-kind') return { response };
  if (name === 'no-response') return { apiVersion, kind: 'ConversionReview' };
  const version = name === 'wrong-review' ? 'apiextensions.k8s.io/v7' : apiVersion;
  return { apiVersion: version, kind: 'ConversionReview', response };
}

const results: Readonly<Record<string, object>> = {
  fail: { status: 'Failure', message: 'no conversion today' },
  'fail-plain': { status: 'Failure' },
  'fail-reason': { status: 'Failure', reason: 'Forbidden', code: 403, message: 'not for you' },
  'no-status': {},
};

function converted(name: string, review: AskedConversion): readonly object[] {
  if (name === 'no-items' || name === 'fail') return [];
  const { objects = [], desiredAPIVersion: desired = '/' } = review.request ?? {};
  const right = objects.map((object) => convert(object, desired));
  if (name === 'drop-item') return right.slice(0, -1);
  if (name === 'extra-item') return [...right, ...right.slice(-1)];
  const version = desired.split('/').at(-1) ?? '';
  if (name === 'echo') return right.map((object) => annotated(object, `asked-${version}`, told(review)));
  return right.map((object, index) => marred(name, object, { version, from: objects[index]?.apiVersion }));
}

function told({ apiVersion, request = {} }: AskedConversion): string {
  return pythonJson({
    review: apiVersion,
    keys: Object.keys(request).sort(),
    desired: request.desiredAPIVersion,
    objects: (request.objects ?? []).map((object) => ({
      apiVersion: object.apiVersion,
      metadata: Object.keys(object.metadata ?? {}).sort(),
    })),
  });
}

function annotated(object: ConvertedObject, name: string, text: string): ConvertedObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata?.annotations, [name]: text } } };
}
