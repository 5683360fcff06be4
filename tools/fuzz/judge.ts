import { messageOf, type Answer } from './answer';
import type { Input } from './input';

/** An answer may take this long. */
export const longestMilliseconds = 1_000;

interface AllowedFailure {
  readonly status: number;
  /** All that the answer says, from its beginning. */
  readonly message: RegExp;
  readonly why: string;
}

const noClientsMistake =
  "upstream takes seven mistakes of a strategic merge patch for the client's, and these for its own: interpretStrategicMergePatchError";

/**
 * Failures of the server that upstream gives by rule: those of versions and of merge patches were held
 * against its source, the others against recorded answers or what is known of it. What the server did not
 * foresee begins with "Internal error occurred", and is none of these. Over gRPC long messages are cut, and
 * end in " ...".
 */
export const allowedFailures: readonly AllowedFailure[] = [
  {
    status: 500,
    message: /^Internal Server Error: ".*": requested \[.*\] without impersonating a user\n$/s,
    why: 'whatever stands in the way of impersonation before it is authorized: filters/impersonation.go',
  },
  ...[
    /^unknown patch type: .*( in map: map\[| \.\.\.$)/s,
    /^merging lists cannot yet be specified in the patch$/,
    /^map: map\[.*(\] does not contain declared merge key: \w+| \.\.\.)$/s,
    /^list element types are not identical: \[/,
    /^expected a \S.*, but received a \S/,
    /^The order in patch list:\n/,
    /^cannot merge lists without merge key for type struct$/,
    /^no elements in any of the given slices$/,
    /^unable to find api field in struct \w+ for the json field "/,
    /^merging an object in json but data type is not struct, instead is: map$/,
  ].map((message) => ({ status: 500, message, why: noClientsMistake })),
  {
    status: 500,
    message: /^failed to (create typed patch|convert new) object \(/,
    why: 'what is applied and is not of its schema: recorded of 1.35, structuredmerge.go in managedfields/internal',
  },
  {
    status: 500,
    message: /^resourceVersion: Invalid value: "/,
    why: "of one object, and of a watch, the storage's own error: Get and Watch in storage/cacher",
  },
  {
    status: 500,
    message: /^strconv\.ParseUint: parsing "/,
    why: 'the version in an object that is written: ObjectResourceVersion in storage/api_object_versioner.go',
  },
  {
    status: 500,
    message: /^etcdserver: request is too large$/,
    why: 'an object larger than what etcd takes; what is no Status ends in 500: ErrorToAPIStatus in handlers/responsewriters/status.go',
  },
  {
    status: 500,
    message: /^no preferred addresses found; known addresses: \[/,
    why: 'a node that does not say where it is, which is no Status either: NoMatchError in pkg/util/node',
  },
  {
    status: 500,
    message: /^This pod has more than one PodDisruptionBudget/,
    why: 'registry/core/pod/storage/eviction.go',
  },
  { status: 501, message: /^compressed messages are not understood$/, why: 'gRPC, whose rule it is' },
  { status: 501, message: /^\/.* is not served$/s, why: 'gRPC, whose rule it is' },
  {
    status: 503,
    message:
      /^(no endpoints available for service|no service port .* found for service|error trying to reach service)/s,
    why: 'who is proxied to does not answer: registry/core/service/storage and util/proxy',
  },
  {
    status: 503,
    message: /^No connection established\. Last error: Error: connect ECONNREFUSED /,
    why: 'the kubelet of a node does not answer, which here is asked over gRPC',
  },
  {
    status: 504,
    message: /^Timeout: Too large resource version: \d+, current: \d+$/,
    why: 'a version that is still to come: NewTooLargeResourceVersionError',
  },
  {
    status: 504,
    message: /^Timeout: request did not complete within /,
    why: 'a timeout that the client asked for: filters/request_deadline.go',
  },
];

/**
 * What is wrong with the time that an answer took, of which the server worked for so long, both in
 * milliseconds. One that is late since others have the processor is not the server's fault.
 */
export function lateness(took: number, worked: number): string | undefined {
  if (took <= longestMilliseconds || worked <= longestMilliseconds) return undefined;
  return `it took ${Math.round(took)} ms, ${Math.round(worked)} of them work of the server`;
}

/** What is wrong with an answer; undefined when nothing is. */
export function faultOf(input: Input, answer: Answer): string | undefined {
  const { status } = answer;
  if (status === 0 && !input.over.startsWith('raw')) return 'the connection ended without an answer';
  if (status < 500) return undefined;
  const said = messageOf(answer);
  if (allowedFailures.some((allowed) => allowed.status === status && allowed.message.test(said))) return undefined;
  return `it answered ${status}: ${said.slice(0, 500)}`;
}
