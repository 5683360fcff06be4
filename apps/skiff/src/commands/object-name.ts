import { Kinds } from '@skiff/contracts';
import { UsageError } from '../errors';

export interface ObjectArgument {
  readonly kind: { readonly kind: string; readonly namespaced: boolean };
  readonly name: string;
}

/** Reads "deployment/web" as kubectl would: any name of the kind will do. Throws a UsageError in words for anything else. */
export function parseObject(text: string): ObjectArgument {
  const [type = '', name = '', ...more] = text.split('/');
  if (type === '' || name === '' || more.length > 0)
    throw new UsageError(`"${text}" names no object: write kind and name, as in deployment/web`);
  const [wanted = '', ...group] = type.toLowerCase().split('.');
  const kind = Object.values(Kinds).find(
    (candidate) =>
      candidate.plural !== '' &&
      (group.length === 0 || candidate.group === group.join('.')) &&
      [candidate.plural, candidate.kind.toLowerCase(), ...candidate.shortNames].includes(wanted),
  );
  if (!kind) throw new UsageError(`there is no kind "${type}": write kind and name, as in deployment/web`);
  return { kind, name };
}
