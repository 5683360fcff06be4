import { metav1 } from '@skiff/contracts';
import { load } from 'js-yaml';
import { decodeEnvelope, isEnvelope } from '../../libs/api-server/src/decoding/envelope';

export interface Answer {
  /** Of HTTP, and of the Status of a call of gRPC; 0 where a connection ended without one, as it may when its bytes are no HTTP. */
  readonly status: number;
  /** Latin-1. */
  readonly body: string;
}

/** What an answer says of its failure: the message of its Status, or the text that is all there is. */
export function messageOf({ body }: Answer): string {
  const bytes = Buffer.from(body, 'latin1');
  if (isEnvelope(bytes)) return metav1.Status.decode(decodeEnvelope(bytes).raw).message ?? '';
  const text = bytes.toString('utf8');
  const [head = '', rest] = /^HTTP\/1\.1 /.test(text) ? text.split(/\r\n\r\n(.*)/s) : ['', text];
  const { message } = parse(rest ?? head);
  return typeof message === 'string' ? message : text;
}

function parse(text: string): { readonly message?: unknown } {
  try {
    // YAML, which JSON is, too.
    const value = load(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
