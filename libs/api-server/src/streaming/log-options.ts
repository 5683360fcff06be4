import type { corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/platform';

interface Problem {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** The options of a log request. Throws BadRequest or Invalid with upstream's text. */
export function parseLogOptions(query: URLSearchParams, podName: string): corev1.PodLogOptions {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    if (!/^-?\d+$/.test(text))
      throw new StatusError(400, 'BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    return Number(text);
  };
  const flag = (name: string): boolean =>
    ['', 'true', '1', 't', 'T', 'TRUE', 'True'].includes(query.get(name) ?? 'false');
  const text = (name: string): string | undefined => query.get(name) || undefined;
  const options: corev1.PodLogOptions = {
    container: text('container'),
    follow: flag('follow'),
    previous: flag('previous'),
    sinceSeconds: number('sinceSeconds'),
    sinceTime: text('sinceTime'),
    timestamps: flag('timestamps'),
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    stream: text('stream'),
  };
  const problems = validate(options);
  if (problems.length) throw invalid(podName, problems);
  return options;
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
