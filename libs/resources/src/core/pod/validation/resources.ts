import { canonicalQuantity, child, compareQuantities, type ErrorList, oneOf, qualifiedName } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** Resources of a container that have no domain before their name. */
const ofContainers = new Set(['cpu', 'memory', 'ephemeral-storage']);

const standard = new Set([
  ...[...ofContainers].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  ...['storage', 'requests.storage', 'pods', 'services', 'services.nodeports', 'services.loadbalancers'],
  ...['replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'persistentvolumeclaims'],
]);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/');

/** Upstream: validateResourceName. */
export function validateAnyResourceName(name: string, path: string, to: ErrorList): void {
  const wrong = qualifiedName(name);
  to.all(path, name, wrong);
  const known = name.includes('/') || standard.has(name) || /^(requests\.)?hugepages-/.test(name);
  if (wrong.length === 0 && !known) to.invalid(path, name, 'must be a standard resource type or fully qualified');
}

/** Upstream: validateContainerResourceName. */
export function validateResourceName(name: string, path: string, to: ErrorList): void {
  validateAnyResourceName(name, path, to);
  if (!name.includes('/') && !ofContainers.has(name) && !isHugePages(name))
    to.invalid(path, name, 'must be a standard resource for containers');
}

function validateAmount(name: string, amount: string, path: string, to: ErrorList): void {
  if (compareQuantities(amount, '0') < 0) to.invalid(path, amount, 'must be greater than or equal to 0');
  if (isExtended(name) && /[mun.]/.test(amount)) to.invalid(path, amount, 'must be an integer');
}

/** Requests and limits of a container, or of a pod as a whole. */
export function validateResources(
  resources: corev1.ResourceRequirements | undefined,
  path: string,
  to: ErrorList,
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

const resizable = ['cpu', 'memory'];

const resizeRestartPolicies = ['NotRequired', 'RestartContainer'];

/** Whether a container starts anew when its resources change. */
export function validateResizePolicy(
  policies: readonly corev1.ContainerResizePolicy[] | null | undefined,
  podRestartPolicy: string | undefined,
  path: string,
  to: ErrorList,
): void {
  const seen = new Set<string>();
  for (const [index, { resourceName = '', restartPolicy = '' }] of (policies ?? []).entries()) {
    if (seen.has(resourceName)) to.duplicate(`${path}[${index}]`, resourceName);
    seen.add(resourceName);
    oneOf(resourceName, resizable, path, to);
    oneOf(restartPolicy, resizeRestartPolicies, path, to);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      to.invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
  }
}

const sizes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit) => `1${unit}`);

const sizedResources: Readonly<Record<string, string>> = {
  memory: 'memory',
  'ephemeral-storage': 'local ephemeral storage',
};

/** The unit in which a container is told of its resources; `resource` is like "limits.cpu". */
export function validateDivisor(resource: string, divisor: string | undefined, path: string, to: ErrorList): void {
  if (divisor === undefined || compareQuantities(divisor, '0') === 0) return;
  const name = resource.replace(/^(limits|requests)\./, '');
  const unit = canonicalQuantity(divisor);
  const at = child(path, 'divisor');
  if (name === 'cpu') {
    if (unit !== '1m' && unit !== '1')
      to.invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
    return;
  }
  const shown = isHugePages(name) ? 'hugepages' : sizedResources[name];
  if (shown !== undefined && !sizes.includes(unit))
    to.invalid(at, resource, `only divisor's values ${sizes.join(', ')} are supported with the ${shown} resource`);
}

/** Requests and limits of a pod as a whole, of which only some resources have any. */
export function validatePodResources(
  resources: corev1.ResourceRequirements | undefined,
  path: string,
  to: ErrorList,
): void {
  if (!resources) return;
  if (resources.claims?.length) to.forbidden(child(path, 'claims'), 'claims cannot be set for Resources at pod-level');
  for (const list of ['limits', 'requests'] as const)
    for (const name of Object.keys(resources[list] ?? {}))
      if (!resizable.includes(name) && !isHugePages(name))
        to.notSupported(child(path, list), name, ['cpu', 'hugepages-', 'memory']);
  validateResources(resources, path, to);
}
