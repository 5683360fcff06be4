import { builtInResources } from '@skiff/resources';
import type { GroupResource } from '../encryption/group-resource';

const root = '/registry/';
const coreResources = new Set(builtInResources.filter(({ kind }) => kind.group === '').map(({ kind }) => kind.plural));

/** The resource whose object is stored under a key: that of the group it is stored with, such as `events` of the core group. */
export function storedResource(key: string): GroupResource | undefined {
  if (!key.startsWith(root)) return undefined;
  const [first = '', second = ''] = key.slice(root.length).split('/', 2);
  return coreResources.has(first) ? { group: '', resource: first } : { group: first, resource: second };
}
