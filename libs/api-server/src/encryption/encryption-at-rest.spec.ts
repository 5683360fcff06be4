import type { EncryptionConfiguration } from './configuration';
import { parseEncryptionConfiguration } from './parse-configuration';
import { storedResource } from '../server/stored-resource';
import { EncryptionAtRest } from './encryption-at-rest';
import type { Transformer } from './transformer';

type Rule = readonly [resources: string[], ...providers: object[]];

const configuration = (...rules: Rule[]): EncryptionConfiguration =>
  parseEncryptionConfiguration(
    JSON.stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: rules.map(([resources, ...providers]) => ({ resources, providers })),
    }),
  );
const identity = { identity: {} };
/** Each name is a key of its own. */
const provider = (name: string, ...keys: string[]) => ({
  [name]: { keys: keys.map((key) => ({ name: key, secret: Buffer.alloc(32, key).toString('base64') })) },
});

const path = '/registry/secrets/default/s';
const value = Buffer.from('the value');

function at(rules: Rule[], key = path): Transformer {
  const transformer = new EncryptionAtRest(configuration(...rules), storedResource).transformerAt(key);
  if (!transformer) throw new Error(`${key} is not encrypted`);
  return transformer;
}
const stored = (rules: Rule[]): Uint8Array => at(rules).toStorage(value, path);
const restored = (rules: Rule[], from: Uint8Array): string => {
  const { value: plain, stale } = at(rules).fromStorage(from, path);
  return `${Buffer.from(plain).toString()}${stale ? ', stale' : ''}`;
};

it.each(['secretbox', 'aesgcm', 'aescbc'])('%s says with each value by which key it was written', (name) => {
  const text = Buffer.from(stored([[['secrets'], provider(name, 'first', 'second')]])).toString('latin1');
  expect(text.startsWith(`k8s:enc:${name}:v1:first:`)).toBe(true);
  expect(text).not.toContain('the value');
});

it('identity writes values as they are', () => {
  expect(stored([[['secrets'], identity, provider('secretbox', 'a')]])).toBe(value);
});

it('reads with every key, and knows which values are stale', () => {
  const old = stored([[['secrets'], provider('secretbox', 'old')]]);
  const known: Rule[] = [[['secrets'], provider('secretbox', 'old', 'new'), identity]];
  const rotated: Rule[] = [[['secrets'], provider('secretbox', 'new', 'old'), identity]];
  expect(restored(known, old)).toBe('the value');
  expect(restored(rotated, old)).toBe('the value, stale');
  expect(restored(rotated, stored(rotated))).toBe('the value');
  expect(restored(rotated, value)).toBe('the value, stale');
  expect(() => restored([[['secrets'], provider('secretbox', 'new')]], old)).toThrow(
    'no matching key was found for the provided Secretbox transformer',
  );
});

it('reads with every provider, so that one replaces another', () => {
  const old = stored([[['secrets'], provider('aescbc', 'a')]]);
  expect(restored([[['secrets'], provider('aesgcm', 'a'), provider('aescbc', 'a')]], old)).toBe('the value, stale');
  // Two of a kind: that the first does not know the key is no reason not to ask the second.
  expect(restored([[['secrets'], provider('aescbc', 'b'), provider('aescbc', 'a')]], old)).toBe('the value, stale');
  expect(() => restored([[['secrets'], provider('aesgcm', 'a')]], old)).toThrow('no matching prefix found');
});

it('decrypts for good when identity comes first', () => {
  const old = stored([[['secrets'], provider('aesgcm', 'a')]]);
  expect(restored([[['secrets'], identity, provider('aesgcm', 'a')]], old)).toBe('the value, stale');
  expect(() => restored([[['secrets'], identity]], old)).toThrow('no matching prefix found');
});

it('tells of every key of a name when none of them fits', () => {
  const old = stored([[['secrets'], provider('aesgcm', 'a')]]);
  const other = { aesgcm: { keys: [{ name: 'a', secret: Buffer.alloc(32, 'x').toString('base64') }] } };
  expect(() => restored([[['secrets'], other]], old)).toThrow('cipher: message authentication failed');
  expect(() => restored([[['secrets'], other, provider('aesgcm', 'b')]], old)).toThrow(
    '[cipher: message authentication failed, no matching key was found for the provided AES transformer]',
  );
});

it('takes the rule that is nearest to a resource', () => {
  const encryption = new EncryptionAtRest(
    configuration(
      [['secrets'], provider('secretbox', 'secrets')],
      [['*.'], provider('secretbox', 'core')],
      [['deployments.apps'], identity],
      [['*.apps'], provider('secretbox', 'apps')],
      [['*.*'], provider('secretbox', 'all')],
    ),
    storedResource,
  );
  const keyOf = (key: string): string | undefined => {
    const text = Buffer.from(encryption.transformerAt(key)?.toStorage(value, key) ?? '').toString('latin1');
    return /^k8s:enc:secretbox:v1:(\w+):/.exec(text)?.[1];
  };
  expect(keyOf('/registry/secrets/default/s')).toBe('secrets');
  expect(keyOf('/registry/configmaps/default/s')).toBe('core');
  expect(keyOf('/registry/events/default/s')).toBe('core');
  expect(keyOf('/registry/namespaces/apps')).toBe('core');
  expect(keyOf('/registry/apps/deployments/default/s')).toBeUndefined();
  expect(keyOf('/registry/apps/statefulsets/default/s')).toBe('apps');
  expect(keyOf('/registry/rbac.authorization.k8s.io/clusterroles/r')).toBe('all');
  expect(encryption.transformerAt('/allocations/ports/30000')).toBeUndefined();
});

it('leaves resources alone that no rule names', () => {
  const encryption = new EncryptionAtRest(configuration([['secrets'], provider('aesgcm', 'a')]), storedResource);
  expect(encryption.transformerAt('/registry/configmaps/default/s')).toBeUndefined();
});

it.each([
  [['*.', 'secrets'], 'resource "secrets" is masked by earlier rule "*."'],
  [['*.apps', 'deployments.apps'], 'resource "deployments.apps" is masked by earlier rule "*.apps"'],
  [['*.apps', '*.apps'], 'resource "*.apps" is masked by earlier rule "*.apps"'],
  [['*.*', '*.'], 'resource "*." is masked by earlier rule "*.*"'],
])('refuses the rules %j in this order', (names, message) => {
  const rules = names.map((name): Rule => [[name], identity]);
  expect(() => new EncryptionAtRest(configuration(...rules), storedResource)).toThrow(new Error(message));
});

it('follows a new configuration, and keeps the old one when the new one is wrong', () => {
  const encryption = new EncryptionAtRest(configuration([['secrets'], provider('aesgcm', 'a')]), storedResource);
  const old = encryption.transformerAt(path)?.toStorage(value, path) ?? value;
  encryption.replace(configuration([['secrets'], provider('aesgcm', 'b', 'a')]));
  expect(encryption.transformerAt(path)?.fromStorage(old, path).stale).toBe(true);
  expect(() => encryption.replace(configuration([['*.'], identity], [['secrets'], identity]))).toThrow('is masked by');
  expect(encryption.transformerAt(path)?.fromStorage(old, path).stale).toBe(true);
});
