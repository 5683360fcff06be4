import { child, configMapKey, dns1123Subdomain, environmentVariableName, type ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateDivisor } from './resources';

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

function validateSource(source: corev1.EnvVarSource, value: string, path: string, to: ErrorList): void {
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
    validateDivisor(resource, resourceFieldRef.divisor, at, to);
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

/** Variables of a container, and where they come from. */
export function validateEnvironment(container: corev1.Container, path: string, to: ErrorList): void {
  for (const [index, variable] of (container.env ?? []).entries()) {
    const at = `${child(path, 'env')}[${index}]`;
    if (!variable.name) to.required(child(at, 'name'));
    else to.all(child(at, 'name'), variable.name, environmentVariableName(variable.name));
    if (variable.valueFrom) validateSource(variable.valueFrom, variable.value ?? '', child(at, 'valueFrom'), to);
  }
  const list = child(path, 'envFrom');
  for (const [index, source] of (container.envFrom ?? []).entries()) {
    const at = `${list}[${index}]`;
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
    if (found === 0) to.invalid(list, '', 'must specify one of: `configMapRef` or `secretRef`');
    if (found > 1) to.invalid(list, '', 'may not have more than one field specified at a time');
  }
}
