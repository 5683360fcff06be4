import { metav1 } from '@skiff/contracts';
import type { StatusError } from '@skiff/apimachinery';

/** What a failed call of gRPC ends with. */
export interface FailureTrailers {
  readonly message: string;
  /** The encoded Status. */
  readonly status: Buffer;
}

/**
 * In bytes of UTF-8 each. All headers of an answer may come to 8 KiB by the defaults of gRPC's clients,
 * to which percent signs and base64 add; HTTP/2 of Node.js ends a whole connection over 64 KiB.
 */
const mostMessageBytes = 1_000;
const mostStatusBytes = 3_500;

interface Shortening {
  /** Of each text, in bytes of UTF-8. */
  readonly text: number;
  readonly causes: number;
}

/** Tried one after another; the last leaves what always fits. */
const shortenings: readonly Shortening[] = [
  { text: 1_000, causes: 8 },
  { text: 300, causes: 4 },
  { text: 100, causes: 0 },
];

/** A failure as trailers, its texts cut where they are too long for that. */
export function failureTrailers(error: StatusError): FailureTrailers {
  return { message: cut(error.message, mostMessageBytes), status: encoded(error.toStatus()) };
}

function encoded(status: metav1.Status): Buffer {
  let bytes = metav1.Status.encode(status).finish();
  for (const shortening of shortenings) {
    if (bytes.length <= mostStatusBytes) break;
    bytes = metav1.Status.encode(shortened(status, shortening)).finish();
  }
  return Buffer.from(bytes);
}

function shortened(status: metav1.Status, { text, causes }: Shortening): metav1.Status {
  const { message = '', details } = status;
  if (details === undefined) return { ...status, message: cut(message, text) };
  return {
    ...status,
    message: cut(message, text),
    details: {
      ...cutAll(details, text),
      causes: (details.causes ?? []).slice(0, causes).map((cause) => cutAll(cause, text)),
    },
  };
}

function cutAll<T extends object>(value: T, most: number): T {
  const entries = Object.entries(value).map(([name, each]: [string, unknown]) => [
    name,
    typeof each === 'string' ? cut(each, most) : each,
  ]);
  return Object.fromEntries(entries) as T;
}

const ellipsis = ' ...';

/** A text that has at most so many bytes, whole characters alone. */
function cut(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return bytes.toString();
  let end = most - ellipsis.length;
  // What begins with the bits 10 goes on with a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + ellipsis;
}
