import type { apiregistrationv1 } from '@skiff/contracts';

export function defaultApiService({ spec }: apiregistrationv1.APIService): void {
  if (spec?.service) spec.service.port ??= 443;
}
