import type { ConnectOptions } from '@skiff/apimachinery';
import { builtInResources } from '@skiff/resources';

/** How the options of a connection are read, of a resource of the core group. Throws for a subresource that has none. */
export function optionsOf(plural: string, name: string): ConnectOptions {
  const { subresources } = builtInResources.find(({ kind }) => kind.group === '' && kind.plural === plural) ?? {};
  const subresource = subresources?.get(name);
  if (subresource?.type !== 'connect' || !subresource.options) throw new RangeError(`${name} has no options`);
  return subresource.options;
}
