import type { Input } from './requests';
import type { Answer } from './send';

/** An answer may take this long, on a machine that has nothing else to do. */
export const longestMilliseconds = 1_000;

interface AllowedFailure {
  readonly status: number;
  readonly body: RegExp;
  readonly why: string;
}

/** Failures of the server that upstream gives by rule. Every line was looked at. */
export const allowedFailures: readonly AllowedFailure[] = [
  { status: 500, body: /requested \[.*\] without impersonating a user/s, why: 'the impersonation filter' },
  {
    status: 500,
    body: /\$patch|\$setElementOrder|\$retainKeys|\$deleteFromPrimitiveList|patch type/,
    why: 'directives of strategic merge',
  },
  {
    status: 500,
    body: /unable to find api field|cannot merge|does not contain declared merge key|patch is invalid/,
    why: 'strategic merge of what does not fit',
  },
  {
    status: 500,
    body: /Unexpected|unexpected/,
    why: "faults that the JSON patch library does not tell apart from the server's",
  },
  {
    status: 500,
    body: /resourceVersion: Invalid value: .*strconv\.ParseUint/,
    why: "a resource version that is no number, which upstream's storage takes for a failure of its own",
  },
  { status: 501, body: /compressed messages are not understood/, why: 'gRPC, whose rule it is' },
  { status: 501, body: /server-side apply/, why: 'not there yet' },
  { status: 503, body: /ServiceUnavailable|no endpoints available|error trying to reach service/, why: 'proxies' },
  {
    status: 504,
    body: /Timeout: /,
    why: 'a timeout that the client asked for, or a resource version that is still to come',
  },
  { status: 500, body: /Server-generated name|unable to generate name/, why: 'names that are taken' },
];

/** What is wrong with an answer; undefined when nothing is. */
export function faultOf(input: Input, { status, body }: Answer): string | undefined {
  if (status === 0 && !input.over.startsWith('raw')) return 'the connection ended without an answer';
  if (status < 500) return undefined;
  if (status === 500 && body === '' && input.method === 'HEAD' && impersonatesNobody(input)) return undefined;
  if (allowedFailures.some((allowed) => allowed.status === status && allowed.body.test(body))) return undefined;
  return `it answered ${status}: ${body.slice(0, 500)}`;
}

/** Whether the impersonation filter fails a request: what it says of that goes with no answer to HEAD. */
function impersonatesNobody({ headers }: Input): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return names.some((name) => name.startsWith('impersonate-')) && !names.includes('impersonate-user');
}
