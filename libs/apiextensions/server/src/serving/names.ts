import { sameValue } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Names = apiextensionsv1.CustomResourceDefinitionNames;

/** What of the names that a definition asks for it may have, and why not all of them. */
export interface Naming {
  readonly names: Names;
  /** Absent when all are accepted. */
  readonly conflict?: { readonly reason: string; readonly message: string };
}

/**
 * Decides which names a definition may have among those of its group. Names that it has it keeps.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go.
 *
 * @param others the definitions of its group; it may be one of them.
 */
export function decideNames({ spec, status }: Definition, others: readonly Definition[]): Naming {
  const wanted = spec?.names ?? {};
  const accepted = status?.acceptedNames ?? {};
  const { resources, kinds } = takenNames(others);
  const names: Names = { ...accepted };
  let conflict: Naming['conflict'];
  const settle = (
    name: 'plural' | 'singular' | 'kind' | 'listKind',
    taken: ReadonlySet<string>,
    reason: string,
  ): void => {
    const problem = inUse(wanted[name], accepted[name], taken);
    if (problem === undefined) names[name] = wanted[name];
    else conflict = { reason, message: problem };
  };
  settle('plural', resources, 'PluralConflict');
  settle('singular', resources, 'SingularConflict');
  const problems = (wanted.shortNames ?? [])
    .filter((name) => !accepted.shortNames?.includes(name))
    .flatMap((name) => inUse(name, undefined, resources) ?? []);
  if (problems.length === 0) names.shortNames = wanted.shortNames;
  else conflict = { reason: 'ShortNamesConflict', message: aggregated(problems) };
  settle('kind', kinds, 'KindConflict');
  settle('listKind', kinds, 'ListKindConflict');
  names.categories = wanted.categories;
  const present = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
  const decided = sameValue(present, accepted) ? accepted : (present as Names);
  return conflict ? { names: decided, conflict } : { names: decided };
}

const inUse = (
  name: string | undefined,
  accepted: string | undefined,
  taken: ReadonlySet<string>,
): string | undefined =>
  name === undefined || name === accepted || !taken.has(name) ? undefined : `${JSON.stringify(name)} is already in use`;

const aggregated = (problems: readonly string[]): string =>
  problems.length === 1 ? (problems[0] ?? '') : `[${[...new Set(problems)].join(', ')}]`;

function takenNames(definitions: readonly Definition[]): {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
} {
  const accepted = definitions.map(({ status }) => status?.acceptedNames ?? {});
  return {
    resources: new Set(
      accepted.flatMap(({ plural = '', singular = '', shortNames = [] }) => [plural, singular, ...shortNames]),
    ),
    kinds: new Set(accepted.flatMap(({ kind = '', listKind = '' }) => [kind, listKind])),
  };
}
