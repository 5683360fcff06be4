import type { Kind, skiffobjectv1 } from '@skiff/contracts';
import { badRequest, type ApiObject } from '@skiff/apimachinery';
import { decodeObject, normalize } from '../../decoding/decode';
import { requireKind } from '../../decoding/require-kind';
import type { ReadOptions } from '../../request/input';

/** The object of a message in its canonical form, as REST would have read it. */
export function readObject(
  kind: Kind<ApiObject>,
  wrapped: skiffobjectv1.Object | undefined,
  options: ReadOptions,
): ApiObject {
  const typed = kind.wire && wrapped?.[kind.wire.name];
  // A decoded message is canonical already, but for fields that a client set to what JSON would leave out.
  if (typed !== undefined) return normalize(kind, typed, options);
  const { json, ...named } = wrapped?.unstructured ?? {};
  if (!json) throw badRequest(`the request carries no ${kind.kind}`);
  requireKind(kind, named, json, options);
  return decodeObject(kind, json, { contentType: 'application/json', ...options });
}
