import { child, dns1123Label, type ErrorList, oneOf } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateEnvironment } from './environment';
import { validateMounts } from './mounts';
import { validateHostPorts, validatePorts } from './ports';
import { validateLifecycleAndProbes } from './probes';
import { validateResizePolicy, validateResources } from './resources';
import { validateContainerSecurity } from './security';

/** What the containers of a pod share while they are checked. */
export interface PodContext {
  readonly volumes: ReadonlyMap<string, corev1.Volume>;
  readonly spec: corev1.PodSpec;
  /** Names of the containers seen so far. */
  readonly names: Set<string>;
}

function validateCommon(container: corev1.Container, context: PodContext, path: string, to: ErrorList): void {
  const { name = '', image = '' } = container;
  if (name === '') to.required(child(path, 'name'));
  else to.all(child(path, 'name'), name, dns1123Label(name));
  if (image === '') to.required(child(path, 'image'));
  const policy = container.terminationMessagePolicy;
  if (policy !== undefined && policy !== 'File' && policy !== 'FallbackToLogsOnError')
    to.notSupported(child(path, 'terminationMessagePolicy'), policy, ['FallbackToLogsOnError', 'File']);
  validatePorts(container, child(path, 'ports'), to);
  validateEnvironment(container, path, to);
  validateMounts(container, context.volumes, path, to);
  oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], child(path, 'imagePullPolicy'), to);
  validateResources(container.resources, child(path, 'resources'), to);
  validateResizePolicy(container.resizePolicy, context.spec.restartPolicy, child(path, 'resizePolicy'), to);
  validateContainerSecurity(container.securityContext, context.spec, child(path, 'securityContext'), to);
}

function uniqueName(name: string, context: PodContext, path: string, to: ErrorList): void {
  if (context.names.has(name)) to.duplicate(child(path, 'name'), name);
  else context.names.add(name);
}

export function validateContainers(context: PodContext, path: string, to: ErrorList): void {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) to.required(path);
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    validateCommon(container, context, at, to);
    uniqueName(container.name ?? '', context, at, to);
    validateLifecycleAndProbes(container, context.spec.terminationGracePeriodSeconds, at, to);
    validateRestartPolicy(container, child(at, 'restartPolicy'), to);
  }
  validateHostPorts(containers, path, to);
}

export function validateInitContainers(context: PodContext, path: string, to: ErrorList): void {
  for (const [index, container] of (context.spec.initContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    validateCommon(container, context, at, to);
    validateRestartPolicy(container, child(at, 'restartPolicy'), to);
    const sidecar = container.restartPolicy === 'Always';
    if (container.name) uniqueName(container.name, context, at, to);
    validateHostPorts([container], path, to);
    if (sidecar) validateLifecycleAndProbes(container, context.spec.terminationGracePeriodSeconds, at, to);
    else
      for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
        if (container[name])
          to.forbidden(child(at, name), 'may not be set for init containers without restartPolicy=Always');
  }
}

/** Whether a container is started again, whatever the policy of its pod. */
function validateRestartPolicy(container: corev1.Container, path: string, to: ErrorList): void {
  const { restartPolicy } = container;
  const policies = ['Always', 'Never', 'OnFailure'];
  if (restartPolicy !== undefined && !policies.includes(restartPolicy)) to.notSupported(path, restartPolicy, policies);
}

/** What only a pod's own containers are checked for, and not those of templates. */
export function validateImageNames(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  for (const list of ['containers', 'initContainers'] as const)
    for (const [index, { image = '' }] of (spec[list] ?? []).entries())
      if (image.trim() !== image)
        to.invalid(`${child(path, list)}[${index}].image`, image, 'must not have leading or trailing whitespace');
}

/** Fields of a container that one for debugging has not. */
const notForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

const isSet = (value: object | string | null | undefined): boolean =>
  typeof value === 'string' || (value !== null && value !== undefined && Object.keys(value).length > 0);

export function validateEphemeralContainers(context: PodContext, path: string, to: ErrorList): void {
  const { containers, initContainers, ephemeralContainers } = context.spec;
  const known = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name));
  for (const [index, container] of (ephemeralContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { targetContainerName: target } = container;
    validateCommon(container, context, at, to);
    uniqueName(container.name ?? '', context, at, to);
    if (target && !known.has(target)) to.notFound(child(at, 'targetContainerName'), target);
    const refusal = 'cannot be set for an Ephemeral Container';
    for (const name of notForEphemeral) if (isSet(container[name])) to.forbidden(child(at, name), refusal);
    for (const [position, mount] of (container.volumeMounts ?? []).entries())
      for (const name of ['subPath', 'subPathExpr'] as const)
        if (mount[name]) to.forbidden(`${child(at, 'volumeMounts')}[${position}].${name}`, refusal);
  }
}
