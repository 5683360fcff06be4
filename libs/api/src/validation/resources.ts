import type { corev1 } from '@skiff/contracts';
import { compareQuantities } from '../quantity/quantity';
import { qualifiedName } from './names';
import { child, type Problems } from './problems';

const standard = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);
const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/');

export function validateResourceName(name: string, path: string, to: Problems): void {
  const before = to.causes.length;
  to.all(path, name, qualifiedName(name));
  if (to.causes.length === before && !name.includes('/') && !standard.has(name) && !isHugePages(name))
    to.invalid(path, name, 'must be a standard resource type or fully qualified');
}

function validateAmount(name: string, amount: string, path: string, to: Problems): void {
  if (compareQuantities(amount, '0') < 0) to.invalid(path, amount, 'must be greater than or equal to 0');
  if (isExtended(name) && /[mun.]/.test(amount)) to.invalid(path, amount, 'must be an integer');
}

/** Requests and limits of a container, or of a pod as a whole. */
export function validateResources(
  resources: corev1.ResourceRequirements | undefined,
  path: string,
  to: Problems,
): void {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  for (const [name, amount] of Object.entries(limits)) {
    const at = `${child(path, 'limits')}[${name}]`;
    validateResourceName(name, child(path, 'limits'), to);
    validateAmount(name, amount, at, to);
  }
  for (const [name, amount] of Object.entries(requests)) {
    const at = `${child(path, 'requests')}[${name}]`;
    validateResourceName(name, child(path, 'requests'), to);
    validateAmount(name, amount, at, to);
    const limit = limits[name];
    if (limit !== undefined) {
      if (compareQuantities(amount, limit) > 0)
        to.invalid(child(path, 'requests'), amount, `must be less than or equal to ${name} limit`);
      else if ((isExtended(name) || isHugePages(name)) && compareQuantities(amount, limit) !== 0)
        to.invalid(child(path, 'requests'), amount, `must be equal to ${name} limit`);
    } else if (isExtended(name) || isHugePages(name))
      to.required(child(path, 'limits'), 'Limit must be set for non overcommitable resources');
  }
}
