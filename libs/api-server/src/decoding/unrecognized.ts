import { badRequest, StatusError } from '@skiff/apimachinery';

/** A body that should be YAML. A document that takes too much memory stays the error that it is. */
export function unreadable(kind: string, error: unknown, body: Buffer): StatusError {
  if (error instanceof StatusError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return unrecognized(kind, `error converting YAML to JSON: ${why}`, body);
}

/** A body that cannot be read, of which the kind was known. */
export function unrecognized(kind: string, why: string, body: Buffer): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body)})`);
}

/** The beginning of a body, as upstream quotes one that it cannot read. */
function summary(body: Buffer): string {
  const longest = 30;
  if (body.length === 0) return '<empty>';
  const text = body[0] === 0x7b ? body.toString('utf8') : body.toString('hex');
  return text.length > longest ? `${text.slice(0, longest)} ...` : text;
}
