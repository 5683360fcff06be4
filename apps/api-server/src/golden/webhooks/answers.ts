import { patches, type ShownObject } from './patches';
import { pythonJson } from './python-json';

interface Asked {
  readonly uid?: string;
  readonly object?: ShownObject | null;
  readonly oldObject?: ShownObject | null;
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] };
  readonly [field: string]: unknown;
}

export interface AskedReview {
  readonly apiVersion?: string;
  readonly request?: Asked;
}

/** What the recording's program answers: depends on the path alone. */
export function answerTo(
  path: string,
  review: AskedReview | undefined,
): { readonly code: number; readonly text: string } {
  const [name = '', argument = ''] = path.split('/').slice(1);
  const request = review?.request ?? {};
  if (name === 'empty') return { code: 200, text: '' };
  if (name === 'invalid-json') return { code: 200, text: '{"not json' };
  if (name === 'http-500') return { code: 500, text: 'boom' };
  if (name === 'http-404') return { code: 404, text: 'nothing here' };
  const response = responseTo(name, argument, request, review);
  if (!response) return { code: 404, text: 'no such hook' };
  const { uid } = request;
  return { code: 200, text: JSON.stringify(reviewOf(name, review, { uid: uid ?? null, allowed: true, ...response })) };
}

function reviewOf(name: string, review: AskedReview | undefined, response: object): object {
  const apiVersion = name === 'wrong-version' ? 'admission.k8s.io/v7' : (review?.apiVersion ?? 'admission.k8s.io/v1');
  if (name === 'no-kind') return { response };
  if (name === 'no-response') return { apiVersion, kind: 'AdmissionReview' };
  return { apiVersion, kind: 'AdmissionReview', response };
}

const deny = (status?: object): object => ({ allowed: false, ...(status ? { status } : {}) });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const patch = (operations: unknown, type: object = { patchType: 'JSONPatch' }): object => ({
  ...type,
  patch: base64(JSON.stringify(operations)),
});

const fixed: Readonly<Record<string, object>> = {
  allow: {},
  slow: {},
  'no-response': {},
  'wrong-version': {},
  'no-kind': {},
  deny: deny({ message: 'no, says the hook', code: 418, reason: 'Teapot' }),
  'deny-plain': deny(),
  'deny-message': deny({ message: 'only words' }),
  'deny-details': deny({
    ...{ message: 'not like this', reason: 'Invalid', code: 422, status: 'Failure' },
    details: {
      ...{ name: 'x', kind: 'Y' },
      causes: [
        { reason: 'FieldValueInvalid', message: 'one', field: 'spec.a' },
        { reason: 'FieldValueRequired', message: 'two', field: 'spec.b' },
      ],
    },
  }),
  'not-a-patch': { patchType: 'JSONPatch', patch: base64('rubbish') },
  'merge-patch': patch({ metadata: { labels: { x: 'y' } } }, { patchType: 'MergePatch' }),
  'patch-no-type': patch([{ op: 'add', path: '/metadata/labels/x', value: 'y' }], {}),
  warn: { warnings: ['first, says the hook', 'second "quoted"'] },
  'warn-deny': { ...deny({ message: 'no, with a warning' }), warnings: ['a last warning'] },
  'warn-long': { warnings: ['a'.repeat(300), 'b'.repeat(3000), 'line one\nline two', ''] },
  audit: { auditAnnotations: { a: 'b' } },
  'wrong-uid': { uid: 'someone-else' },
  'no-uid': { uid: undefined },
};

function responseTo(
  name: string,
  argument: string,
  request: Asked,
  review: AskedReview | undefined,
): object | undefined {
  if (name === 'echo') return deny({ message: pythonJson(echo(request, review)) });
  if (name === 'echo-object') {
    const { object = null, oldObject = null } = request;
    return deny({ message: pythonJson({ object: withoutChance(object), oldObject: withoutChance(oldObject) }) });
  }
  const make = patches[name];
  if (!make) return fixed[name];
  const operations = make(request.object ?? {}, argument);
  // A label that is there already is no reason for a patch.
  return name === 'label' && operations.length === 0 ? {} : patch(operations);
}

const told = [
  ...['operation', 'kind', 'resource', 'subResource', 'requestKind', 'requestResource', 'requestSubResource'],
  ...['name', 'namespace', 'dryRun', 'options'],
];

function echo(request: Asked, review: AskedReview | undefined): object {
  const { object, oldObject, userInfo } = request;
  return {
    ...Object.fromEntries(told.map((field) => [field, request[field] ?? null])),
    object: brief(object),
    oldObject: brief(oldObject),
    reviewVersion: review?.apiVersion ?? null,
    user: userInfo?.username ?? null,
    groups: userInfo?.groups ?? null,
    keys: Object.keys(request).sort(),
  };
}

function brief(object: ShownObject | null | undefined): object | null {
  if (!object) return null;
  const { apiVersion = null, kind = null, metadata = {} } = object;
  const { name = null } = metadata;
  return { apiVersion, kind, name, hasUid: 'uid' in metadata, hasManagedFields: 'managedFields' in metadata };
}

const byChance = new Set(['managedFields', 'uid', 'resourceVersion', 'creationTimestamp', 'selfLink', 'time']);

function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChance);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !byChance.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutChance(inner)]));
}
