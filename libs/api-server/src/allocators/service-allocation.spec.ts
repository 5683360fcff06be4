import type { corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { apiServerUser } from '../auth/user';
import { addressRange, portRange } from './address-range';
import type { Claim, Ledger } from './ledger';
import { RangeAllocator } from './range-allocator';
import { serviceStrategy } from '@skiff/resources';
import { serviceAllocation } from './service-allocation';

function memoryLedger(): Ledger & { held(): string[] } {
  const claims = new Map<string, Claim>();
  return {
    claim: async (claim) => !claims.has(claim.value) && Boolean(claims.set(claim.value, claim)),
    release: async (value, owner) => void (claims.get(value)?.owner === owner && claims.delete(value)),
    list: async () => [...claims.values()],
    held: () => [...claims.keys()].sort(),
  };
}

describe('serviceAllocation', () => {
  const setUp = () => {
    const [addressLedger, portLedger] = [memoryLedger(), memoryLedger()];
    const base = { clock: systemClock, random: () => 0 };
    const hooks = serviceAllocation({
      addresses: new RangeAllocator({ ...base, range: addressRange('10.96.0.0/24'), ledger: addressLedger }),
      ports: new RangeAllocator({ ...base, range: portRange('30000-32767'), ledger: portLedger }),
    });
    const write = { user: apiServerUser, dryRun: false };
    const context = { user: apiServerUser, now: '', warn: () => undefined };
    const create = async (name: string, spec: corev1.ServiceSpec, dryRun = false) => {
      const service: corev1.Service = { metadata: { name, namespace: 'default' }, spec };
      serviceStrategy.prepareForCreate?.(service, context);
      const undo = await hooks.beforeCreate?.(service, { ...write, dryRun });
      return { service, undo };
    };
    const update = async (old: corev1.Service, spec: corev1.ServiceSpec) => {
      const service: corev1.Service = { metadata: { ...old.metadata }, spec: structuredClone(spec) };
      serviceStrategy.prepareForUpdate?.(service, old, '', context);
      await hooks.beforeUpdate?.(service, old, write);
      await hooks.afterUpdate?.(service, old);
      return service;
    };
    return { hooks, create, update, addresses: () => addressLedger.held(), ports: () => portLedger.held() };
  };
  const port = (number: number, more: corev1.ServicePort = {}): corev1.ServicePort => ({
    port: number,
    protocol: 'TCP',
    ...more,
  });

  it('gives an address, ports and families, and takes them back', async () => {
    const { hooks, create, addresses, ports } = setUp();
    const { service } = await create('a', { type: 'NodePort', ports: [port(80), port(81)] });
    expect(service.spec).toMatchObject({
      clusterIP: '10.96.0.17',
      clusterIPs: ['10.96.0.17'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ nodePort: 30086 }, { nodePort: 30087 }],
    });
    await hooks.afterDelete?.(service);
    expect([addresses(), ports()]).toEqual([[], []]);
  });

  it('refuses what is taken or out of range in the words of the original, and keeps nothing of it', async () => {
    const { create, addresses, ports } = setUp();
    await create('a', { clusterIP: '10.96.0.9', type: 'NodePort', ports: [port(80, { nodePort: 30100 })] });
    await expect(create('b', { clusterIP: '10.96.0.9' })).rejects.toThrow(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
    );
    await expect(create('b', { clusterIP: '1.2.3.4' })).rejects.toThrow(
      'the provided network does not match the current range',
    );
    await expect(create('b', { type: 'NodePort', ports: [port(80), port(81, { nodePort: 30100 })] })).rejects.toThrow(
      'Service "b" is invalid: spec.ports[1].nodePort: Invalid value: 30100: provided port is already allocated',
    );
    expect([addresses(), ports()]).toEqual([['10.96.0.9'], ['30100']]);
  });

  it('gives back what a failed or a dry write was given', async () => {
    const { create, addresses } = setUp();
    const { undo } = await create('a', {});
    expect(addresses()).toHaveLength(1);
    await undo?.();
    await create('a', {}, true);
    expect(addresses()).toEqual([]);
  });

  it('keeps what an update leaves out, and takes back what a new type has no use for', async () => {
    const { create, update, addresses, ports } = setUp();
    const { service } = await create('a', { type: 'NodePort', ports: [port(80, { name: 'a' })] });
    const both = [port(80, { name: 'a' }), port(81, { name: 'b' })];
    const kept = await update(service, { type: 'NodePort', ports: both });
    expect(kept.spec).toMatchObject({ clusterIP: '10.96.0.17', ports: [{ nodePort: 30086 }, { nodePort: 30087 }] });
    const plain = await update(kept, { type: 'ClusterIP', ports: kept.spec?.ports ?? [] });
    expect([plain.spec?.clusterIP, ports()]).toEqual(['10.96.0.17', []]);
    expect(plain.spec?.ports?.[0]).not.toHaveProperty('nodePort');
    const named = await update(plain, { ...plain.spec, type: 'ExternalName', externalName: 'x' });
    expect([named.spec?.clusterIP, addresses()]).toEqual([undefined, []]);
  });

  it('gives a headless Service no address, and a local load balancer a health port', async () => {
    const { create, addresses, ports } = setUp();
    const { service } = await create('a', { clusterIP: 'None' });
    expect(service.spec).toMatchObject({ clusterIPs: ['None'], ipFamilyPolicy: 'RequireDualStack' });
    expect(addresses()).toEqual([]);
    const { service: balanced } = await create('b', {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      ports: [port(80)],
    });
    expect(balanced.spec?.healthCheckNodePort).toBeGreaterThan(0);
    expect(ports()).toHaveLength(2);
  });

  it('refuses one node port for two different ports of a new Service', async () => {
    const { create, ports } = setUp();
    const both = [port(80, { nodePort: 30080 }), port(53, { nodePort: 30080, protocol: 'UDP' })];
    await expect(create('two', { type: 'NodePort', ports: both })).rejects.toThrow(
      'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(ports()).toEqual([]);
  });

  it('gives the first of two protocols the node port that the second asks for', async () => {
    const { create } = setUp();
    const ports = [port(53), port(53, { nodePort: 30053, protocol: 'UDP' })];
    const { service } = await create('dns', { type: 'NodePort', ports });
    expect(service.spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([30053, 30053]);
  });

  it('lets two protocols share a number', async () => {
    const { create, ports } = setUp();
    const { service } = await create('dns', { type: 'NodePort', ports: [port(53), port(53, { protocol: 'UDP' })] });
    expect(service.spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([30086, 30086]);
    expect(ports()).toEqual(['30086']);
  });

  it('takes no node port for a Service that needs more than there are', async () => {
    const { create } = setUp();
    const claim = jest.spyOn(RangeAllocator.prototype, 'claimAny');
    const ports = Array.from({ length: 2_769 }, (_, index) => port(index + 1));
    await expect(create('many', { type: 'NodePort', clusterIP: 'None', ports })).rejects.toThrow(
      'failed to allocate a nodePort: range is full',
    );
    expect(claim).not.toHaveBeenCalled();
    claim.mockRestore();
  });

  it('has one family alone to give, and refuses before it gives', async () => {
    const { create, addresses } = setUp();
    const ports = [port(80)];
    const refusal = (spec: corev1.ServiceSpec): Promise<string> =>
      create('a', { ports, ...spec }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    expect(await refusal({ ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] })).toBe(
      'Service "a" is invalid: [spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services, spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster]',
    );
    expect(await refusal({ clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5', '10.96.0.6'] })).toBe(
      'Service "a" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.5","10.96.0.6"]: may specify no more than one IP for each IP family',
    );
    expect(addresses()).toEqual([]);
    expect(await refusal({ clusterIP: 'None', selector: {}, ipFamilyPolicy: 'RequireDualStack' })).toBe('taken');
  });
});
