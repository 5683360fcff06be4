import type { corev1 } from '@skiff/contracts';
import { ageColumn, ageOf, column, nameColumn, nameOf } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

/** What is used of each limit of a quota: requests and counts, or limits. */
function usage({ spec, status }: corev1.ResourceQuota, limits: boolean): string {
  return Object.keys(spec?.hard ?? {})
    .sort()
    .filter((name) => name.startsWith('limits') === limits)
    .map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${spec?.hard?.[name] ?? '0'}`)
    .join(', ');
}

export const configurationPrinters: readonly Printer[] = [
  printer<corev1.ConfigMap>(
    '/configmaps',
    [nameColumn, column('Data', 'How many entries it has.'), ageColumn],
    (map, now) => [
      nameOf(map),
      Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length,
      ageOf(map, now),
    ],
  ),
  printer<corev1.Secret>(
    '/secrets',
    [nameColumn, column('Type', 'What kind of secret it is.'), column('Data', 'How many entries it has.'), ageColumn],
    (secret, now) => [nameOf(secret), secret.type ?? '', Object.keys(secret.data ?? {}).length, ageOf(secret, now)],
  ),
  printer<corev1.ServiceAccount>(
    '/serviceaccounts',
    [nameColumn, column('Secrets', 'How many secrets it lists.'), ageColumn],
    (account, now) => [nameOf(account), account.secrets?.length ?? 0, ageOf(account, now)],
  ),
  printer<corev1.ResourceQuota>(
    '/resourcequotas',
    [
      nameColumn,
      column('Request', 'What is used of requests and counts.'),
      column('Limit', 'What is used of limits.'),
      ageColumn,
    ],
    (quota, now) => [nameOf(quota), usage(quota, false), usage(quota, true), ageOf(quota, now)],
  ),
];
