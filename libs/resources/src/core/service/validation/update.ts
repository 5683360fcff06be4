import type { ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { isHeadless } from './addresses';
import { validateLoadBalancerClass } from './load-balancer';
import { validateService } from './service';
import { needsHealthCheck } from './traffic';

/** One of the lists that a Service keeps: its addresses, or their families. */
interface Kept {
  readonly field: 'clusterIPs' | 'ipFamilies';
  readonly one: 'clusterIP' | 'ipFamily';
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/** Of a list, the first stays, and the second may come or go. As the validateUpgradeDowngrade functions. */
function validateKept({ field, one, before, now }: Kept, spec: corev1.ServiceSpec, to: ErrorList): void {
  const path = `spec.${field}`;
  const addresses = spec.clusterIPs ?? [];
  if (before.length === now.length) {
    for (const [index, value] of before.entries())
      if (value !== now[index])
        to.invalid(`${path}[${field === 'clusterIPs' ? index : 0}]`, now, 'may not change once set');
    return;
  }
  const isReleased = before.length > now.length;
  if (isReleased && addresses.length === 0) to.invalid(`${path}[0]`, now, `primary ${one} can not be unset`);
  if (before.length > 0 && now.length > 0 && now[0] !== before[0])
    to.invalid(`${path}[0]`, addresses, 'may not change once set');
  if (isReleased && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack')
    to.invalid(
      'spec.ipFamilyPolicy',
      spec.ipFamilyPolicy,
      `must be set to 'SingleStack' when releasing the secondary ${one}`,
    );
}

function validateAddressesKept(service: corev1.Service, old: corev1.Service, to: ErrorList): void {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}];
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  const [now, then] = [isHeadless(service), isHeadless(old)];
  if (!now || !then) {
    const addresses = { before: before.clusterIPs ?? [], now: spec.clusterIPs ?? [] };
    validateKept({ field: 'clusterIPs', one: 'clusterIP', ...addresses }, spec, to);
  }
  if (!now && !then) {
    const families = { before: before.ipFamilies ?? [], now: spec.ipFamilies ?? [] };
    validateKept({ field: 'ipFamilies', one: 'ipFamily', ...families }, spec, to);
  }
}

/** Rules of a change to a Service. As ValidateServiceUpdate. */
export function validateServiceUpdate(service: corev1.Service, old: corev1.Service, to: ErrorList): void {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}];
  validateAddressesKept(service, old, to);
  validateLoadBalancerClass(service, old, to);
  if (needsHealthCheck(spec) && needsHealthCheck(before) && spec.healthCheckNodePort !== before.healthCheckNodePort)
    to.forbidden('spec.healthCheckNodePort', 'field is immutable');
  validateService(service, to);
}
