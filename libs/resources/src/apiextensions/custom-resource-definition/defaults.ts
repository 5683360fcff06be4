import type { apiextensionsv1 } from '@skiff/contracts';

/** Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go. */
export function setDefaults({ spec }: apiextensionsv1.CustomResourceDefinition): void {
  if (!spec) return;
  const { names } = spec;
  if (names) {
    names.singular ||= (names.kind ?? '').toLowerCase();
    if (names.kind) names.listKind ||= `${names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}
