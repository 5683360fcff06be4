import { cidr, type ErrorList, immutable, parseCIDRSloppy, type Validation } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

function validateRange(text: string, path: string, to: ErrorList): void {
  const wrong = cidr(text);
  to.all(path, text, wrong);
  const range = parseCIDRSloppy(text);
  if (wrong.length > 0 || !range) return;
  if (!range.canonical.startsWith(`${range.address.canonical}/`))
    to.invalid(path, text, 'must not have bits set beyond the prefix length');
  else if (range.canonical !== text)
    to.invalid(path, text, `must be in canonical form (${JSON.stringify(range.canonical)})`);
}

/** Rules of a ServiceCIDR: a range of each family at most. Upstream: ValidateServiceCIDR. */
export function validateServiceRange({ spec }: networkingv1.ServiceCIDR, to: ErrorList): void {
  const path = 'spec.cidrs';
  const ranges = spec?.cidrs ?? [];
  if (ranges.length === 0) return to.required(path, 'at least one CIDR required');
  if (ranges.length > 2) return to.invalid(path, ranges, 'may only hold up to 2 values');
  const families = new Set(ranges.map((range) => parseCIDRSloppy(range)?.address.family));
  if (families.size < ranges.length)
    return to.invalid(
      path,
      ranges,
      'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
    );
  for (const [index, range] of ranges.entries()) validateRange(range, `${path}[${index}]`, to);
}

/** Ranges stay; one of the other family may come. Upstream: ValidateServiceCIDRUpdate. */
export function validateServiceRangeUpdate(
  object: networkingv1.ServiceCIDR,
  old: networkingv1.ServiceCIDR,
  to: ErrorList,
): void {
  const [ranges, before] = [object.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  const isMore = before.length === 1 && ranges.length === 2;
  if (ranges.length !== before.length && !isMore) return to.invalid('spec.cidrs', ranges, 'field is immutable');
  for (const [index, range] of before.entries()) immutable(ranges[index], range, `spec.cidrs[${index}]`, to);
  if (isMore) validateServiceRange(object, to);
}

export const serviceCIDRValidation: Validation<networkingv1.ServiceCIDR> = {
  create: validateServiceRange,
  update: validateServiceRangeUpdate,
};
