import type { corev1 } from '@skiff/contracts';
import { expandVariables } from './expand';
import { fieldValue, resourceValue, type FieldContext } from './fields';
import { findContainer } from './pod';
import { serviceEnvironment } from './service-env';

/** Objects that a pod refers to; undefined when they do not exist. */
export interface ObjectLookup {
  configMap(namespace: string, name: string): Promise<corev1.ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<corev1.Secret | undefined>;
}

/** What the pod's spec asks for and the cluster does not have; it is tried again. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

export interface EnvironmentInput extends FieldContext {
  readonly container: corev1.Container;
  /** Services of the pod's namespace, and `kubernetes` of the default one. */
  readonly services: readonly corev1.Service[];
  readonly objects: ObjectLookup;
}

/**
 * The environment of a container: services first, then envFrom, then env, each
 * overriding what came before; values may refer to earlier ones.
 */
export async function containerEnvironment(input: EnvironmentInput): Promise<Map<string, string>> {
  const { pod, container } = input;
  const result = new Map<string, string>();
  const services = serviceEnvironment(input.services, pod.spec?.enableServiceLinks !== false, pod.metadata?.namespace);
  for (const source of container.envFrom ?? []) await addAll(result, source, input);
  const known = new Map([...services, ...result]);
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, input, known);
    if (value === undefined) continue;
    known.set(variable.name ?? '', value);
    result.set(variable.name ?? '', value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}

async function addAll(
  result: Map<string, string>,
  source: corev1.EnvFromSource,
  input: EnvironmentInput,
): Promise<void> {
  const namespace = input.pod.metadata?.namespace ?? '';
  const prefix = source.prefix ?? '';
  if (source.configMapRef !== undefined) {
    const { name = '', optional } = source.configMapRef;
    const map = await input.objects.configMap(namespace, name);
    if (map === undefined && optional !== true)
      throw new ContainerConfigError(`configmap ${JSON.stringify(name)} not found`);
    for (const [key, value] of Object.entries(map?.data ?? {})) result.set(prefix + key, value);
  }
  if (source.secretRef !== undefined) {
    const { name = '', optional } = source.secretRef;
    const secret = await input.objects.secret(namespace, name);
    if (secret === undefined && optional !== true)
      throw new ContainerConfigError(`secret ${JSON.stringify(name)} not found`);
    for (const [key, value] of Object.entries(secret?.data ?? {})) result.set(prefix + key, fromBase64(value));
  }
}

async function variableValue(
  variable: corev1.EnvVar,
  input: EnvironmentInput,
  known: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const source = variable.valueFrom;
  if (source === undefined) return expandVariables(variable.value ?? '', known);
  if (source.fieldRef !== undefined) return fieldValue(source.fieldRef.fieldPath ?? '', input);
  if (source.resourceFieldRef !== undefined) {
    const name = source.resourceFieldRef.containerName;
    const container = name === undefined ? input.container : findContainer(input.pod, name)?.container;
    if (container === undefined) throw new ContainerConfigError(`container ${name ?? ''} not found`);
    return resourceValue(source.resourceFieldRef, container, input);
  }
  const namespace = input.pod.metadata?.namespace ?? '';
  if (source.configMapKeyRef !== undefined) {
    const { name = '', key = '', optional } = source.configMapKeyRef;
    const map = await input.objects.configMap(namespace, name);
    const value = map?.data?.[key];
    if (value !== undefined) return value;
    if (optional === true) return undefined;
    if (map === undefined) throw new ContainerConfigError(`configmap ${JSON.stringify(name)} not found`);
    throw new ContainerConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (source.secretKeyRef !== undefined) {
    const { name = '', key = '', optional } = source.secretKeyRef;
    const secret = await input.objects.secret(namespace, name);
    const value = secret?.data?.[key];
    if (value !== undefined) return fromBase64(value);
    if (optional === true) return undefined;
    if (secret === undefined) throw new ContainerConfigError(`secret ${JSON.stringify(name)} not found`);
    throw new ContainerConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return '';
}

function fromBase64(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8');
}
