import { isJsonObject, parseJsonText, type Json } from '@skiff/apimachinery';

/** What one request brought. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Where the answer sends its reader instead. */
  readonly location: string | undefined;
  /** In seconds, where it asks to be called again after that. */
  readonly retryAfter: number | undefined;
  readonly text: string;
}

/**
 * What a code that is no success means, in the words of client-go.
 * Upstream: NewGenericServerResponse in staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go.
 */
export function failureOf(answer: Answer): string {
  return toldFailure(answer.text) ?? genericFailure(answer);
}

const generic: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** Of a message, as much as a reader can bear. */
const mostCharacters = 2_048;

function genericFailure({ status, contentType, text }: Answer): string {
  const said = (contentType.startsWith('text/') ? text.trim() : '').slice(0, mostCharacters) || 'unknown';
  if (status === 403) return said;
  if (status === 406 && said === 'unknown')
    return 'the server was unable to respond with a content type that the client supports';
  if (status === 415 && said === 'unknown') return 'the server was unable to process the request as sent by the client';
  if (status === 406 || status === 415) return said;
  const known = generic[status];
  if (known) return known;
  if (status >= 500)
    return `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${status} but did not return more information`;
}

/** The message of a Status that says that it failed. */
function toldFailure(text: string): string | undefined {
  const status = parsed(text);
  if (!isJsonObject(status) || status['status'] !== 'Failure') return undefined;
  const { kind = 'Status', apiVersion = 'v1', message } = status;
  if (kind !== 'Status' || apiVersion !== 'v1') return undefined;
  return typeof message === 'string' ? message : '';
}

function parsed(text: string): Json | undefined {
  try {
    return parseJsonText(text) as Json;
  } catch {
    // What is no JSON tells nothing of why it failed.
    return undefined;
  }
}
