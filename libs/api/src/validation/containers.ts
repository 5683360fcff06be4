import type { corev1 } from '@skiff/contracts';
import { configMapKey, dns1123Label, dns1123Subdomain, environmentVariableName, portName, portNumber } from './names';
import { validateLifecycleAndProbes } from './probes';
import { child, type Problems } from './problems';
import { validateResources } from './resources';
import { validateContainerSecurity } from './security';
import { oneOf } from './selectors';
import { validateLocalPath } from './volumes';

const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const environmentResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** What the containers of a pod share while they are checked. */
export interface PodContext {
  readonly volumes: ReadonlyMap<string, corev1.Volume>;
  readonly spec: corev1.PodSpec;
  /** Names of the containers seen so far. */
  readonly names: Set<string>;
}

function validatePorts(container: corev1.Container, hostNetwork: boolean, path: string, to: Problems): void {
  const names = new Set<string>();
  for (const [index, port] of (container.ports ?? []).entries()) {
    const at = `${path}[${index}]`;
    if (port.name) {
      const messages = portName(port.name);
      if (messages.length > 0) to.all(child(at, 'name'), port.name, messages);
      else if (names.has(port.name)) to.duplicate(child(at, 'name'), port.name);
      else names.add(port.name);
    }
    if (!port.containerPort) to.required(child(at, 'containerPort'));
    else to.all(child(at, 'containerPort'), port.containerPort, portNumber(port.containerPort));
    if (port.hostPort) to.all(child(at, 'hostPort'), port.hostPort, portNumber(port.hostPort));
    if (!port.protocol) to.required(child(at, 'protocol'));
    else if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol))
      to.notSupported(child(at, 'protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']);
    if (hostNetwork && port.hostPort !== port.containerPort)
      to.invalid(
        child(at, 'containerPort'),
        port.containerPort ?? 0,
        'must match `hostPort` when `hostNetwork` is true',
      );
  }
}

function validateSource(source: corev1.EnvVarSource, value: string, path: string, to: Problems): void {
  let found = 0;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) {
    found += 1;
    const at = child(path, 'fieldRef');
    const fieldPath = fieldRef.fieldPath ?? '';
    if (!fieldRef.apiVersion) to.required(child(at, 'apiVersion'));
    else if (!fieldPath) to.required(child(at, 'fieldPath'));
    else if (!/^metadata\.(labels|annotations)\['.+'\]$/.test(fieldPath) && !environmentFields.includes(fieldPath))
      to.notSupported(child(at, 'fieldPath'), fieldPath, environmentFields);
  }
  if (resourceFieldRef) {
    found += 1;
    const at = child(path, 'resourceFieldRef');
    const resource = resourceFieldRef.resource ?? '';
    if (!resource) to.required(child(at, 'resource'));
    else if (!environmentResources.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource))
      to.notSupported(child(at, 'resource'), resource, environmentResources);
  }
  for (const [name, ref] of [
    ['configMapKeyRef', configMapKeyRef],
    ['secretKeyRef', secretKeyRef],
  ] as const) {
    if (!ref) continue;
    found += 1;
    const at = child(path, name);
    if (!ref.name) to.required(child(at, 'name'));
    if (!ref.key) to.required(child(at, 'key'));
    else to.all(child(at, 'key'), ref.key, configMapKey(ref.key));
  }
  if (fileKeyRef) found += 1;
  if (found === 0)
    to.invalid(
      path,
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  if (value !== '') {
    if (found > 0) to.invalid(path, '', 'may not be specified when `value` is not empty');
  } else if (found > 1) to.invalid(path, '', 'may not have more than one field specified at a time');
}

function validateEnvironment(container: corev1.Container, path: string, to: Problems): void {
  for (const [index, variable] of (container.env ?? []).entries()) {
    const at = `${child(path, 'env')}[${index}]`;
    if (!variable.name) to.required(child(at, 'name'));
    else to.all(child(at, 'name'), variable.name, environmentVariableName(variable.name));
    if (variable.valueFrom) validateSource(variable.valueFrom, variable.value ?? '', child(at, 'valueFrom'), to);
  }
  for (const [index, source] of (container.envFrom ?? []).entries()) {
    const at = `${child(path, 'envFrom')}[${index}]`;
    if (source.prefix) to.all(child(at, 'prefix'), source.prefix, environmentVariableName(source.prefix));
    const both = [
      ['configMapRef', source.configMapRef],
      ['secretRef', source.secretRef],
    ] as const;
    for (const [name, ref] of both) {
      if (!ref) continue;
      const nameAt = `${child(at, name)}.name`;
      if (!ref.name) to.required(nameAt);
      else to.all(nameAt, ref.name, dns1123Subdomain(ref.name));
    }
    const found = both.filter(([, ref]) => ref).length;
    if (found === 0) to.invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`');
    if (found > 1) to.invalid(at, '', 'may not have more than one field specified at a time');
  }
}

function validateMounts(container: corev1.Container, volumes: PodContext['volumes'], path: string, to: Problems): void {
  const points = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${child(path, 'volumeMounts')}[${index}]`;
    const { name = '', mountPath = '', subPath = '', subPathExpr = '' } = mount;
    if (name === '') to.required(child(at, 'name'));
    if (!volumes.has(name)) to.notFound(child(at, 'name'), name);
    if (mountPath === '') to.required(child(at, 'mountPath'));
    if (points.has(mountPath)) to.invalid(child(at, 'mountPath'), mountPath, 'must be unique');
    points.add(mountPath);
    if (subPath) validateLocalPath(subPath, child(at, 'subPath'), to);
    if (subPathExpr) {
      if (subPath) to.invalid(child(at, 'subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      validateLocalPath(subPathExpr, child(at, 'subPathExpr'), to);
    }
    if (mount.mountPropagation !== undefined) {
      const modes = ['Bidirectional', 'HostToContainer', 'None'];
      if (!modes.includes(mount.mountPropagation))
        to.notSupported(child(at, 'mountPropagation'), mount.mountPropagation, modes);
      if (mount.mountPropagation === 'Bidirectional' && !container.securityContext?.privileged)
        to.forbidden(
          child(at, 'mountPropagation'),
          'Bidirectional mount propagation is available only to privileged containers',
        );
    }
  }
  const devices = new Set<string>();
  for (const [index, device] of (container.volumeDevices ?? []).entries()) {
    const at = `${child(path, 'volumeDevices')}[${index}]`;
    const { name = '', devicePath = '' } = device;
    if (name === '') to.required(child(at, 'name'));
    if (devices.has(name)) to.invalid(child(at, 'name'), name, 'must be unique');
    devices.add(name);
    const volume = volumes.get(name);
    if (!volume) to.notFound(child(at, 'name'), name);
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      to.invalid(
        child(at, 'name'),
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      );
    if (devicePath === '') to.required(child(at, 'devicePath'));
  }
}

function validateCommon(container: corev1.Container, context: PodContext, path: string, to: Problems): void {
  const { name = '', image = '' } = container;
  if (name === '') to.required(child(path, 'name'));
  else to.all(child(path, 'name'), name, dns1123Label(name));
  if (image.trim() === '') to.required(child(path, 'image'));
  else if (image.trim() !== image)
    to.invalid(child(path, 'image'), image, 'must not have leading or trailing whitespace');
  const policy = container.terminationMessagePolicy;
  if (policy !== undefined && policy !== 'File' && policy !== 'FallbackToLogsOnError')
    to.notSupported(child(path, 'terminationMessagePolicy'), policy, ['FallbackToLogsOnError', 'File']);
  validatePorts(container, context.spec.hostNetwork ?? false, child(path, 'ports'), to);
  validateEnvironment(container, path, to);
  validateMounts(container, context.volumes, path, to);
  oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], child(path, 'imagePullPolicy'), to);
  validateResources(container.resources, child(path, 'resources'), to);
  validateContainerSecurity(container.securityContext, context.spec, child(path, 'securityContext'), to);
}

function uniqueName(name: string, context: PodContext, path: string, to: Problems): void {
  if (context.names.has(name)) to.duplicate(child(path, 'name'), name);
  else context.names.add(name);
}

/** No two containers on one port of the host. */
function validateHostPorts(containers: readonly corev1.Container[], path: string, to: Problems): void {
  const used = new Set<string>();
  for (const [index, container] of containers.entries())
    for (const [position, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue;
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (used.has(key)) to.duplicate(`${path}[${index}].ports[${position}].hostPort`, key);
      used.add(key);
    }
}

export function validateContainers(context: PodContext, path: string, to: Problems): void {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) to.required(path);
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    validateCommon(container, context, at, to);
    uniqueName(container.name ?? '', context, at, to);
    validateLifecycleAndProbes(container, context.spec.terminationGracePeriodSeconds, at, to);
    if (container.restartPolicy !== undefined && !container.restartPolicyRules?.length) {
      const policies = ['Always', 'Never', 'OnFailure'];
      if (!policies.includes(container.restartPolicy))
        to.notSupported(child(at, 'restartPolicy'), container.restartPolicy, policies);
    }
  }
  validateHostPorts(containers, path, to);
}

export function validateInitContainers(context: PodContext, path: string, to: Problems): void {
  for (const [index, container] of (context.spec.initContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    validateCommon(container, context, at, to);
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

export function validateEphemeralContainers(context: PodContext, path: string, to: Problems): void {
  for (const [index, container] of (context.spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { targetContainerName: target } = container;
    validateCommon(container, context, at, to);
    uniqueName(container.name ?? '', context, at, to);
    for (const name of ['ports', 'lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[name]) to.forbidden(child(at, name), 'cannot be set for an Ephemeral Container');
    const known = [...(context.spec.containers ?? []), ...(context.spec.initContainers ?? [])];
    if (target && !known.some((other) => other.name === target)) to.notFound(child(at, 'targetContainerName'), target);
  }
}
