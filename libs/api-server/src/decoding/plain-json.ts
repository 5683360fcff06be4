import { parseJson, writeJson } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';

/** A decoded message as JSON would carry it. Throws BadRequest for one that is too deep for that. */
export function plainJson(value: unknown): unknown {
  try {
    return parseJson(writeJson(value));
  } catch (error) {
    throw badRequest(`the message cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
