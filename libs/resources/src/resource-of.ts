import { objectCount, type ApiObject, type QuotaEvaluator, type Resource } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import { builtInResources } from './built-in-resources';

const byMessage = new Map(builtInResources.map((resource) => [resource.kind.message, resource]));

/** The resource of a kind; undefined for one that is only the body of a request. */
export function resourceOf<T extends ApiObject>(kind: Kind<T>): Resource | undefined {
  return byMessage.get(kind.message);
}

/** The same for a kind that has one for certain. */
export function requireResource<T extends ApiObject>(kind: Kind<T>): Resource {
  const resource = resourceOf(kind);
  if (!resource) throw new RangeError(`${kind.kind} is no resource`);
  return resource;
}

/** Fills an object with the defaults of its kind, in place, as upstream 1.35. */
export function applyDefaults<T extends ApiObject>(kind: Kind<T>, object: T): void {
  resourceOf(kind)?.defaults(object);
}

const byName = new Map(
  builtInResources.map((resource) => [`${resource.kind.group}/${resource.kind.plural}`, resource]),
);

/** The evaluator of a resource; undefined for what no quota limits. */
export function quotaEvaluatorOf(group: string, plural: string): QuotaEvaluator | undefined {
  const resource = byName.get(`${group}/${plural}`);
  return resource ? resource.quota : objectCount(group, plural);
}

const evaluators = builtInResources.flatMap(({ quota }) => (quota ? [quota] : []));

/** The resource, as group and plural, whose objects a name in a quota counts; undefined for a name that counts nothing. */
export function countedBy(name: string): { readonly group: string; readonly plural: string } | undefined {
  const found = evaluators.find((one) => one.counts(name));
  if (found) return found;
  if (!name.startsWith('count/')) return undefined;
  const [plural = '', ...group] = name.slice('count/'.length).split('.');
  return { group: group.join('.'), plural };
}
