import type { EncryptionConfiguration, KeyConfiguration, ProviderConfiguration } from './configuration';
import { resourceProblems } from './resource-validation';

const aesKeyBytes = [16, 24, 32];
const secretboxKeyBytes = [32];

/**
 * What is wrong with a configuration, in upstream's words. Nothing quotes a secret.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go
 */
export function configurationProblems({ resources }: EncryptionConfiguration): string[] {
  if (resources.length === 0) return ['resources: Required value: at least one resources is required'];
  return resources.flatMap((rule, index) => {
    const at = `resources[${index}]`;
    return [
      ...required(rule.resources, `${at}.resources`),
      ...resourceProblems(rule.resources, `${at}.resources`),
      ...required(rule.providers, `${at}.providers`),
      ...rule.providers.flatMap((provider, position) => providerProblems(provider, `${at}.providers[${position}]`)),
    ];
  });
}

const required = (list: readonly unknown[], path: string): string[] =>
  list.length > 0 ? [] : [`${path}: Required value: at least one ${path} is required`];

function providerProblems(provider: ProviderConfiguration, path: string): string[] {
  const { aesgcm, aescbc, secretbox } = provider;
  const given = Object.keys(provider);
  const shown = JSON.stringify(Object.fromEntries(given.map((name) => [name, 'REDACTED'])));
  if (given.length === 0)
    return [
      `${path}: Invalid value: ${shown}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity`,
    ];
  const several =
    given.length > 1
      ? [
          `${path}: Invalid value: ${shown}: more than one provider specified in a single element, should split into different list elements`,
        ]
      : [];
  if (provider.kms) return [...several, `${path}.kms: Forbidden: this API server has no KMS providers`];
  if (aesgcm) return [...several, ...keysProblems(aesgcm.keys, `${path}.aesgcm.keys`, aesKeyBytes)];
  if (aescbc) return [...several, ...keysProblems(aescbc.keys, `${path}.aescbc.keys`, aesKeyBytes)];
  if (secretbox) return [...several, ...keysProblems(secretbox.keys, `${path}.secretbox.keys`, secretboxKeyBytes)];
  return several;
}

function keysProblems(keys: readonly KeyConfiguration[], path: string, sizes: readonly number[]): string[] {
  if (keys.length === 0) return [`${path}: Required value: at least one keys is required`];
  return keys.flatMap((key, index) => keyProblems(key, `${path}[${index}]`, sizes));
}

function keyProblems({ name, secret }: KeyConfiguration, path: string, sizes: readonly number[]): string[] {
  const nameless = name === '' ? [`${path}.name: Required value: name is a mandatory field for a key`] : [];
  if (secret === '') return [...nameless, `${path}.secret: Required value: secret is a mandatory field for a key`];
  const invalid = (why: string): string[] => [...nameless, `${path}.secret: Invalid value: "REDACTED": ${why}`];
  if (!isBase64(secret)) return invalid('secrets must be base64 encoded');
  const { length } = Buffer.from(secret, 'base64');
  if (sizes.includes(length)) return nameless;
  return invalid(`secret is not of the expected length, got ${length}, expected one of [${sizes.join(' ')}]`);
}

/** Whether Go's decoder takes it: padded, and over several lines perhaps. */
function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ''));
}
