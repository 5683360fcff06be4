import type { Unsupported } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** What of a definition is accepted and not carried out. */
export const unsupported: readonly Unsupported<Definition>[] = [
  {
    field: 'spec.conversion.webhook',
    why: 'objects are not converted by webhooks',
    applies: ({ spec }) => spec?.conversion?.strategy === 'Webhook',
  },
];
