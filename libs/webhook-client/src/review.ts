import { isJsonObject, parseJsonText, type Json, type JsonObject } from '@skiff/apimachinery';
import { WebhookCallError } from './errors';

/** The kind that a webhook answers with, and the versions of it that are understood. */
export interface ReviewKind {
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
}

/**
 * Reads what a webhook answered: an object that is of one of the versions of its kind, or does not say of which kind it
 * is. Throws WebhookCallError with upstream's words.
 */
export function readReview(text: string, review: ReviewKind): JsonObject {
  const value = parsed(text);
  const [kind, apiVersion] = [stringOf(value, 'kind'), stringOf(value, 'apiVersion')];
  const versions = review.versions.map((version) => `${review.group}/${version}`);
  if (apiVersion !== '' && kind !== '' && (kind !== review.kind || !versions.includes(apiVersion)))
    throw new WebhookCallError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "webhooks"`,
    );
  return value;
}

const unreadable = (why: string): WebhookCallError =>
  new WebhookCallError(`couldn't get version/kind; json parse error: ${why}`);

function parsed(text: string): JsonObject {
  let value: Json;
  try {
    value = parseJsonText(text) as Json;
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
  if (isJsonObject(value)) return value;
  if (value === null) return {};
  throw unreadable(`json: cannot unmarshal ${jsonType(value)} into Go value of type struct`);
}

function stringOf(review: JsonObject, name: 'kind' | 'apiVersion'): string {
  const value = review[name] ?? '';
  if (typeof value === 'string') return value;
  throw unreadable(`json: cannot unmarshal ${jsonType(value)} into Go struct field .${name} of type string`);
}

function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
