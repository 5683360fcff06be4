import type { corev1, IntOrString } from '@skiff/contracts';
import { compareQuantities } from '../quantity/quantity';
import { duplicate, forbidden, invalidValue, nonNegative, notFoundValue, quoted, required, unsupported, type FieldError } from './field-error';
import { asErrors, labelProblems } from './names';

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** The containers of a pod, or its init containers. */
export function validateContainers(
  containers: readonly corev1.Container[],
  volumes: ReadonlySet<string>,
  field: string,
  taken: Set<string>,
): FieldError[] {
  return containers.flatMap((container, index) => validateContainer(container, volumes, `${field}[${index}]`, taken));
}

function validateContainer(
  container: corev1.Container,
  volumes: ReadonlySet<string>,
  field: string,
  taken: Set<string>,
): FieldError[] {
  const { name = '', image, ports, livenessProbe, readinessProbe, startupProbe, imagePullPolicy } = container;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  else errors.push(...asErrors(`${field}.name`, name, labelProblems(name)));
  if (name && taken.has(name)) errors.push(duplicate(`${field}.name`, name));
  taken.add(name);
  if (!image) errors.push(required(`${field}.image`));
  errors.push(...(ports ?? []).flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)));
  errors.push(...validateEnvironment(container.env ?? [], `${field}.env`));
  errors.push(...validateMounts(container.volumeMounts ?? [], volumes, `${field}.volumeMounts`));
  if (livenessProbe) errors.push(...validateProbe(livenessProbe, `${field}.livenessProbe`, true));
  if (readinessProbe) errors.push(...validateProbe(readinessProbe, `${field}.readinessProbe`, false));
  if (startupProbe) errors.push(...validateProbe(startupProbe, `${field}.startupProbe`, true));
  if (!imagePullPolicy) errors.push(required(`${field}.imagePullPolicy`));
  else if (!pullPolicies.includes(imagePullPolicy))
    errors.push(unsupported(`${field}.imagePullPolicy`, imagePullPolicy, pullPolicies));
  errors.push(...validateResources(container.resources, `${field}.resources`));
  return errors;
}

function validatePort({ containerPort, protocol, hostPort }: corev1.ContainerPort, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!containerPort) errors.push(required(`${field}.containerPort`));
  else errors.push(...validatePortNumber(containerPort, `${field}.containerPort`));
  if (hostPort) errors.push(...validatePortNumber(hostPort, `${field}.hostPort`));
  if (protocol && !protocols.includes(protocol)) errors.push(unsupported(`${field}.protocol`, protocol, protocols));
  return errors;
}

export function validatePortNumber(port: IntOrString | undefined, field: string): FieldError[] {
  if (typeof port !== 'number' || (port >= 1 && port <= 65535)) return [];
  return [invalidValue(field, String(port), 'must be between 1 and 65535, inclusive')];
}

function validateEnvironment(variables: readonly corev1.EnvVar[], field: string): FieldError[] {
  return variables.flatMap(({ name }, index) => (name ? [] : [required(`${field}[${index}].name`)]));
}

function validateMounts(
  mounts: readonly corev1.VolumeMount[],
  volumes: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap(({ name = '', mountPath = '' }, index) => {
    const errors: FieldError[] = [];
    const at = `${field}[${index}]`;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, quoted(mountPath), 'must be unique'));
    paths.add(mountPath);
    return errors;
  });
}

function validateProbe(probe: corev1.Probe, field: string, onceOnly: boolean): FieldError[] {
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  const errors = given
    .slice(1)
    .map((handler) => forbidden(`${field}.${handler}`, 'may not specify more than 1 handler type'));
  if (given.length === 0) errors.push(required(field, 'must specify a handler type'));
  const counts = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
  for (const name of counts) errors.push(...nonNegative(`${field}.${name}`, probe[name]));
  if (onceOnly && probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalidValue(`${field}.successThreshold`, String(probe.successThreshold), 'must be 1'));
  return errors;
}

function validateResources(resources: corev1.ResourceRequirements | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, request] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[name];
    if (limit !== undefined && compareQuantities(request, limit) > 0)
      errors.push(
        invalidValue(`${field}.requests`, quoted(request), `must be less than or equal to ${name} limit`),
      );
  }
  return errors;
}
