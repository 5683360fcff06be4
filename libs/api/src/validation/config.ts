import type { corev1 } from '@skiff/contracts';
import { forbidden, invalidValue, quoted, required, type FieldError } from './field-error';
import { asErrors, configKeyProblems } from './names';

type Entries = Readonly<Record<string, unknown>> | undefined;

const validateKeys = (entries: Entries, field: string): FieldError[] =>
  Object.keys(entries ?? {}).flatMap((key) => asErrors(`${field}[${key}]`, key, configKeyProblems(key)));

export function validateConfigMap({ data, binaryData }: corev1.ConfigMap): FieldError[] {
  const both = Object.keys(binaryData ?? {}).filter((key) => data && key in data);
  return [
    ...validateKeys(data, 'data'),
    ...validateKeys(binaryData, 'binaryData'),
    ...both.map((key) => invalidValue(`data[${key}]`, quoted(key), 'duplicate of key present in binaryData')),
  ];
}

/** The keys that a type promises. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export function validateSecret({ data, type = '', metadata }: corev1.Secret): FieldError[] {
  const missing = (promised[type] ?? []).filter((key) => data?.[key] === undefined);
  const account = 'kubernetes.io/service-account.name';
  return [
    ...validateKeys(data, 'data'),
    ...missing.map((key) => required(`data[${key}]`)),
    ...(type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[account]
      ? [required(`metadata.annotations[${account}]`)]
      : []),
  ];
}

/** What a config map or secret that says so keeps for ever. */
export function validateFrozen(
  object: corev1.ConfigMap | corev1.Secret,
  old: corev1.ConfigMap | corev1.Secret,
  same: (a: unknown, b: unknown) => boolean,
): FieldError[] {
  if (!old.immutable) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors = object.immutable ? [] : [forbidden('immutable', why)];
  if (!same(object.data, old.data)) errors.push(forbidden('data', why));
  const binary = (value: typeof object): unknown => ('binaryData' in value ? value.binaryData : undefined);
  if (!same(binary(object), binary(old))) errors.push(forbidden('binaryData', why));
  return errors;
}
