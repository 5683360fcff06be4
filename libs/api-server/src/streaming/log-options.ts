import type { corev1 } from '@skiff/contracts';
import { badRequest, DecodeError, messageSchema, normalizeObject, StatusError } from '@skiff/apimachinery';
import { readFlag, readInteger } from '../request/query';

interface Problem {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** The options of a log request. Throws BadRequest or Invalid with upstream's text. */
export function parseLogOptions(query: URLSearchParams, podName: string): corev1.PodLogOptions {
  const text = (name: string): string | undefined => query.get(name) || undefined;
  const options: corev1.PodLogOptions = {
    container: text('container'),
    follow: readFlag(query, 'follow'),
    previous: readFlag(query, 'previous'),
    sinceSeconds: readInteger(query, 'sinceSeconds'),
    sinceTime: readTime(text('sinceTime')),
    timestamps: readFlag(query, 'timestamps'),
    tailLines: readInteger(query, 'tailLines'),
    limitBytes: readInteger(query, 'limitBytes'),
    stream: text('stream'),
  };
  const problems = validate(options);
  if (problems.length) throw invalid(podName, problems);
  return options;
}

/** A time in the form of RFC 3339; throws BadRequest with Go's words for other text. */
function readTime(text: string | undefined): string | undefined {
  if (text === undefined || text === 'null') return undefined;
  const schema = messageSchema('k8s.io.api.core.v1.PodLogOptions');
  try {
    return String(normalizeObject(schema, { sinceTime: text }, { unknownFields: [] })['sinceTime']);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

function validate({ sinceSeconds, sinceTime, tailLines, limitBytes, stream }: corev1.PodLogOptions): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, value: number, rule: string): void => {
    problems.push({ field, reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${rule}` });
  };
  if (tailLines !== undefined && tailLines < 0) refuse('tailLines', tailLines, 'must be greater than or equal to 0');
  if (limitBytes !== undefined && limitBytes < 1) refuse('limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    problems.push({
      field: '',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    refuse('sinceSeconds', sinceSeconds, 'must be greater than 0');
  if (stream !== undefined && !['All', 'Stdout', 'Stderr'].includes(stream))
    problems.push({
      field: 'stream',
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(stream)}: supported values: "All", "Stderr", "Stdout"`,
    });
  return problems;
}

function invalid(name: string, problems: readonly Problem[]): StatusError {
  const lines = problems.map(({ field, message }) => `${field || '<nil>'}: ${message}`);
  const list = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new StatusError(422, 'Invalid', `PodLogOptions ${JSON.stringify(name)} is invalid: ${list}`, {
    name,
    kind: 'PodLogOptions',
    causes: problems.map(({ field, reason, message }) => ({ field, reason, message })),
  });
}
