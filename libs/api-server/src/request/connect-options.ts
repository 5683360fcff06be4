import {
  badRequest,
  normalizeObject,
  type ApiObject,
  type ConnectOptions,
  type ValueSchema,
} from '@skiff/apimachinery';
import { readFlag } from './query';

/**
 * The options of a connection as a query has them. Throws BadRequest with Go's words.
 * Upstream: getRequestOptions in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go.
 * @param path what follows the subresource.
 */
export function readConnectOptions(
  { schema, defaults }: ConnectOptions,
  query: URLSearchParams,
  path: string,
): ApiObject {
  const sent: Record<string, unknown> = {};
  for (const [name, { value }] of schema.fields) {
    if (name === 'path') sent[name] = path;
    else if (query.has(name)) sent[name] = readParameter(value, query, name);
  }
  defaults?.(sent);
  return normalizeObject<ApiObject>(schema, sent, { unknownFields: [] });
}

/** Upstream: staging/src/k8s.io/apimachinery/pkg/conversion/queryparams. */
function readParameter(schema: ValueSchema, query: URLSearchParams, name: string): unknown {
  if (schema.type === 'bool') return readFlag(query, name);
  if (schema.type !== 'list') return query.get(name);
  const texts = query.getAll(name);
  return schema.element.type === 'int32' ? texts.flatMap((text) => text.split(',')).map(readPort) : texts;
}

/** The one kind of number that options have. */
function readPort(text: string): number {
  const refuse = (why: string): Error =>
    badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^\d+$/.test(text)) throw refuse('invalid syntax');
  const port = Number(text);
  if (port > 65535) throw refuse('value out of range');
  return port;
}
