import { parseEncryptionConfiguration } from './parse-configuration';

const secret = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const document = (...resources: object[]): string =>
  JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration', resources });
const identity = { identity: {} };
const rule = (resources: string[], ...providers: object[]) => ({
  resources,
  providers: providers.length > 0 ? providers : [identity],
});
const keys = (...list: object[]) => ({ keys: list });

it('reads what upstream documents', () => {
  const text = `
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets, configmaps, pandas.awesome.bears.example]
    providers:
      - secretbox:
          keys:
            - name: key1
              secret: YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=
      - identity: {} # reads what was written before
  - resources: ['*.apps']
    providers:
      - aesgcm: { keys: [{ name: a, secret: c2VjcmV0IGlzIHNlY3VyZQ== }] }
`;
  expect(parseEncryptionConfiguration(text)).toEqual({
    resources: [
      {
        resources: ['secrets', 'configmaps', 'pandas.awesome.bears.example'],
        providers: [
          { secretbox: { keys: [{ name: 'key1', secret: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=' }] } },
          { identity: {} },
        ],
      },
      {
        resources: ['*.apps'],
        providers: [{ aesgcm: { keys: [{ name: 'a', secret: 'c2VjcmV0IGlzIHNlY3VyZQ==' }] } }],
      },
    ],
  });
});

const overlapping =
  "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked";
const shownKey = 'resources[0].providers[0].aescbc.keys[0]';

it.each([
  ['nothing', document(), 'resources: Required value: at least one resources is required'],
  [
    'a rule for nothing',
    document({ providers: [identity] }),
    'resources[0].resources: Required value: at least one resources[0].resources is required',
  ],
  [
    'a rule without providers',
    document({ resources: ['secrets'] }),
    'resources[0].providers: Required value: at least one resources[0].providers is required',
  ],
  [
    'an empty provider',
    document(rule(['secrets'], {})),
    'resources[0].providers[0]: Invalid value: {}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity',
  ],
  [
    'two providers in one',
    document(rule(['secrets'], { ...identity, secretbox: keys({ name: 'a', secret: secret(32) }) })),
    'resources[0].providers[0]: Invalid value: {"secretbox":"REDACTED","identity":"REDACTED"}: more than one provider specified in a single element, should split into different list elements',
  ],
  [
    'a KMS provider',
    document(rule(['secrets'], { kms: { apiVersion: 'v2', name: 'k', endpoint: 'unix:///k.sock' } })),
    'resources[0].providers[0].kms: Forbidden: this API server has no KMS providers',
  ],
  [
    'no keys',
    document(rule(['secrets'], { aescbc: keys() })),
    'resources[0].providers[0].aescbc.keys: Required value: at least one keys is required',
  ],
  [
    'a key without name and secret',
    document(rule(['secrets'], { aescbc: keys({}) })),
    `[${shownKey}.name: Required value: name is a mandatory field for a key, ${shownKey}.secret: Required value: secret is a mandatory field for a key]`,
  ],
  [
    'a key that is no base64',
    document(rule(['secrets'], { aescbc: keys({ name: 'a', secret: 'c2VjcmV0IGlzIHNlY3VyZQ' }) })),
    `${shownKey}.secret: Invalid value: "REDACTED": secrets must be base64 encoded`,
  ],
  [
    'a short key for AES',
    document(rule(['secrets'], { aescbc: keys({ name: 'a', secret: secret(15) }) })),
    `${shownKey}.secret: Invalid value: "REDACTED": secret is not of the expected length, got 15, expected one of [16 24 32]`,
  ],
  [
    'a key of AES for secretbox',
    document(rule(['secrets'], { secretbox: keys({ name: 'a', secret: secret(16) }) })),
    'resources[0].providers[0].secretbox.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 16, expected one of [32]',
  ],
  [
    'a resource twice',
    document(rule(['secrets', 'secrets'])),
    'resources[0].resources: Invalid value: ["secrets","secrets"]: the same resource cannot be specified multiple times',
  ],
  [
    'a resource beside its group',
    document(rule(['secrets', '*.'])),
    `resources[0].resources: Invalid value: ["secrets","*."]: ${overlapping}`,
  ],
  [
    'a resource beside everything',
    document(rule(['*.*', 'deployments.apps'])),
    `resources[0].resources: Invalid value: ["*.*","deployments.apps"]: ${overlapping}`,
  ],
  [
    'capital letters',
    document(rule(['Secrets'])),
    'resources[0].resources[0]: Invalid value: "Secrets": resource name should not contain capital letters',
  ],
  [
    'a lone star',
    document(rule(['*'])),
    `resources[0].resources[0]: Invalid value: "*": use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources`,
  ],
  [
    'what has no API',
    document(rule(['apiserveripinfo'])),
    'resources[0].resources[0]: Invalid value: "apiserveripinfo": resources which do not have REST API/s cannot be encrypted',
  ],
  [
    'events of their newer group',
    document(rule(['events.events.k8s.io'])),
    `resources[0].resources[0]: Invalid value: "events.events.k8s.io": '*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file`,
  ],
  [
    'a group that is gone',
    document(rule(['ingresses.extensions'])),
    `resources[0].resources[0]: Invalid value: "ingresses.extensions": 'extensions' group has been removed and cannot be used for encryption`,
  ],
  [
    'a resource of all groups',
    document(rule(['secrets.*'])),
    'resources[0].resources[0]: Invalid value: "secrets.*": encrypting the same resource across groups is not supported',
  ],
  [
    'an unknown field',
    document({ ...rule(['secrets']), provider: [] }),
    'strict decoding error: unknown field "resources[0].provider"',
  ],
  ['another kind', '{"kind":"Pod","apiVersion":"v1"}', 'no kind "Pod" is registered for version "v1"'],
  ['no kind', '{"apiVersion":"apiserver.config.k8s.io/v1"}', "Object 'Kind' is missing"],
  ['a text', 'secrets', 'the document: expected a map'],
])('refuses %s', (_, text, message) => {
  expect(() => parseEncryptionConfiguration(text)).toThrow(new Error(message));
});

it('quotes no secret of a file that is no YAML', () => {
  expect(() => parseEncryptionConfiguration('keys:\n - secret: c2VjcmV0\n  name: "a')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('c2VjcmV0') as string }) as Error,
  );
});
