import type { apiextensionsv1 } from '@skiff/contracts';

/** How a custom resource is called, in all of its versions. */
export interface ServedNames {
  readonly group: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
}

/** The names that were accepted of a definition. */
export function servedNames({ spec, status }: apiextensionsv1.CustomResourceDefinition): ServedNames {
  const names = status?.acceptedNames ?? {};
  const { plural = '', kind = '' } = names;
  return {
    group: spec?.group ?? '',
    kind,
    plural,
    listKind: names.listKind || `${kind}List`,
    singular: names.singular || kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec?.scope === 'Namespaced',
  };
}
