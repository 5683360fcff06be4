import { apiVersionOf, writeJson, type Kind, type metav1 } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';
import type { Outcome } from '../request/outcome';

/** The JSON of an object that is sent, with what kind it is. */
export const sentJson = (kind: Kind<ApiObject>, object: ApiObject, omitManagedFields: boolean): string =>
  writeJson(named(kind, omitManagedFields ? withoutManagers(object) : object));

/** The JSON of what a request is answered with; undefined for what is no object, or has more than `most` bytes. */
export function answeredJson(outcome: Outcome, omitManagedFields: boolean, most: number): AnsweredJson {
  switch (outcome.type) {
    case 'object':
      return bounded([jsonOf(outcome.object, omitManagedFields)], most, ([json = '']) => json);
    case 'status':
      return { json: statusJson(outcome.status), isTooLarge: false };
    case 'list': {
      const { kind } = outcome.definition;
      const { items, resourceVersion, continue: token, remainingItemCount } = outcome.page;
      const metadata: metav1.ListMeta = {
        resourceVersion: String(resourceVersion),
        ...(token ? { continue: token } : {}),
        ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
      };
      const head = `{"kind":"${kind.kind}List","apiVersion":"${apiVersionOf(kind)}","metadata":${writeJson(metadata)},"items":[`;
      // Items of a list do not repeat their kind.
      const skip = `"kind":"${kind.kind}","apiVersion":"${apiVersionOf(kind)}",`.length;
      return bounded(
        jsonOfAll(items, omitManagedFields),
        most,
        (all) => `${head}${all.map((text) => `{${text.slice(skip + 1)}`).join(',')}]}`,
      );
    }
    default:
      return { json: undefined, isTooLarge: false };
  }
}

export interface AnsweredJson {
  readonly json: string | undefined;
  readonly isTooLarge: boolean;
}

export const statusJson = (status: metav1.Status): string =>
  writeJson(Object.assign({ kind: 'Status', apiVersion: 'v1' }, status));

function bounded(texts: Iterable<string>, most: number, join: (texts: readonly string[]) => string): AnsweredJson {
  const all: string[] = [];
  let characters = 0;
  for (const text of texts) {
    characters += text.length;
    if (characters > most) return { json: undefined, isTooLarge: true };
    all.push(text);
  }
  return { json: join(all), isTooLarge: false };
}

/** The bytes are shared with every other reader; without managers the object is written anew. */
const jsonOf = (cached: CachedObject, omitManagedFields: boolean): string =>
  omitManagedFields ? sentJson(cached.kind, cached.object, true) : cached.json.toString('utf8');

function* jsonOfAll(items: readonly CachedObject[], omitManagedFields: boolean): Iterable<string> {
  for (const item of items) yield jsonOf(item, omitManagedFields);
}

function withoutManagers(object: ApiObject): ApiObject {
  const { managedFields, ...metadata } = object.metadata ?? {};
  return managedFields === undefined ? object : { ...object, metadata };
}

const named = (kind: Kind<ApiObject>, object: ApiObject): ApiObject =>
  Object.assign({ kind: kind.kind, apiVersion: apiVersionOf(kind) }, object);
