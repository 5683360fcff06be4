import type { Unsupported } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import type { Schema } from '@skiff/apiextensions-schema';
import { partsOf } from './structural/keywords';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** What of a definition is accepted and not carried out. */
export const unsupported: readonly Unsupported<Definition>[] = [
  {
    field: 'spec.conversion.webhook',
    why: 'objects are not converted by webhooks',
    applies: ({ spec }) => spec?.conversion?.strategy === 'Webhook',
  },
  {
    field: 'x-kubernetes-validations',
    why: 'rules are not evaluated, so nothing is refused by them',
    applies: ({ spec }) =>
      (spec?.versions ?? []).some(({ schema }) => schema?.openAPIV3Schema && hasRules(schema.openAPIV3Schema)),
  },
];

const hasRules = (schema: Schema): boolean =>
  Boolean(schema['x-kubernetes-validations']?.length) || partsOf(schema, '').some(([, part]) => hasRules(part));
