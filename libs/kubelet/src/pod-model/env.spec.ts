import type { corev1 } from '@skiff/contracts';
import { aPod } from '../testing/pods';
import { containerEnvironment, type EnvironmentInput } from './env';
import { expandVariables } from './expand';

const service = (name: string, clusterIP: string, ports: corev1.ServicePort[], namespace = 'ns'): corev1.Service => ({
  metadata: { name, namespace },
  spec: { clusterIP, ports },
});

function input(container: corev1.Container, change: Partial<EnvironmentInput> = {}): EnvironmentInput {
  return {
    pod: aPod({ containers: [container] }),
    container,
    podIps: ['10.0.0.2'],
    hostIps: ['192.0.2.1'],
    nodeName: 'n1',
    allocatable: { cpuMilli: 2000, memoryBytes: 2 ** 30, storageBytes: 0 },
    services: [],
    objects: {
      configMap: async (_, name) => (name === 'cm' ? { data: { a: '1', b: '2' } } : undefined),
      secret: async (_, name) => (name === 's' ? { data: { k: Buffer.from('v').toString('base64') } } : undefined),
    },
    ...change,
  };
}

describe('the environment of a container', () => {
  it('expands what is known and leaves the rest', () => {
    const known = new Map([['A', '1']]);
    expect(expandVariables('$(A) $(B) $$(A) $A', known)).toBe('1 $(B) $(A) $A');
    expect(expandVariables('$$$(A)$', known)).toBe('$1$');
    expect(expandVariables('$(A) $(A $$ $', known)).toBe('1 $(A $ $');
  });

  it('expands long texts in linear time', () => {
    const open = '$('.repeat(500_000);
    expect(expandVariables(open, new Map())).toBe(open);
    expect(expandVariables('$(A)'.repeat(200_000), new Map([['A', 'b']]))).toBe('b'.repeat(200_000));
  });

  it('comes from every source, later ones first', async () => {
    const env = await containerEnvironment(
      input({
        name: 'c',
        envFrom: [{ prefix: 'P_', configMapRef: { name: 'cm' } }, { secretRef: { name: 's' } }],
        env: [
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'BOTH', value: '$(IP)/$(P_a)' },
          { name: 'k', value: 'mine' },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'ONE', valueFrom: { configMapKeyRef: { name: 'cm', key: 'a' } } },
          { name: 'NONE', valueFrom: { secretKeyRef: { name: 'gone', key: 'x', optional: true } } },
        ],
      }),
    );
    expect(Object.fromEntries(env)).toEqual({
      P_a: '1',
      P_b: '2',
      k: 'mine',
      IP: '10.0.0.2',
      BOTH: '10.0.0.2/1',
      CPU: '2',
      ONE: '1',
    });
  });

  it('fails in upstream’s words when an object or a key is missing', async () => {
    const from = (valueFrom: corev1.EnvVarSource): Promise<unknown> =>
      containerEnvironment(input({ name: 'c', env: [{ name: 'A', valueFrom }] }));
    await expect(from({ configMapKeyRef: { name: 'none', key: 'k' } })).rejects.toThrow('configmap "none" not found');
    await expect(from({ configMapKeyRef: { name: 'cm', key: 'k' } })).rejects.toThrow(
      "couldn't find key k in ConfigMap ns/cm",
    );
    await expect(from({ secretKeyRef: { name: 'none', key: 'k' } })).rejects.toThrow('secret "none" not found');
  });

  it('tells of Services of the namespace and of the API server', async () => {
    const services = [
      service('my-db', '10.96.0.7', [{ name: 'sql', port: 5432, protocol: 'TCP' }]),
      service('kubernetes', '10.96.0.1', [{ name: 'https', port: 443, protocol: 'TCP' }], 'default'),
      service('headless', 'None', [{ port: 1 }]),
    ];
    const env = await containerEnvironment(input({ name: 'c' }, { services }));
    expect(env.get('MY_DB_SERVICE_HOST')).toBe('10.96.0.7');
    expect(env.get('MY_DB_SERVICE_PORT_SQL')).toBe('5432');
    expect(env.get('MY_DB_PORT_5432_TCP')).toBe('tcp://10.96.0.7:5432');
    expect(env.get('KUBERNETES_SERVICE_HOST')).toBe('10.96.0.1');
    expect(env.has('HEADLESS_SERVICE_HOST')).toBe(false);
  });
});
