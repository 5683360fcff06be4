import { Kinds, type corev1 } from '@skiff/contracts';
import type { AllocationFailure, RangeAllocator } from '../allocators/range-allocator';
import type { Undo, WriteHooks } from '../pipeline/hooks';
import { invalid, type Cause } from './errors';

interface Held {
  readonly allocator: RangeAllocator;
  readonly value: string;
}

/** Gives Services their cluster IP and node ports, and takes them back. */
export class ServiceHooks implements WriteHooks<corev1.Service> {
  constructor(
    private readonly addresses: RangeAllocator,
    private readonly ports: RangeAllocator,
  ) {}

  async beforeCreate(service: corev1.Service, context: { dryRun: boolean }): Promise<Undo> {
    return this.allocate(service, undefined, context.dryRun);
  }

  async beforeUpdate(service: corev1.Service, old: corev1.Service, context: { dryRun: boolean }): Promise<Undo> {
    this.keep(service, old);
    return this.allocate(service, old, context.dryRun);
  }

  async afterUpdate(service: corev1.Service, old: corev1.Service): Promise<void> {
    const kept = new Set(this.held(service).map(({ value }) => value));
    await this.release(
      old,
      this.held(old).filter(({ value }) => !kept.has(value)),
    );
  }

  async afterDelete(service: corev1.Service): Promise<void> {
    await this.release(service, this.held(service));
  }

  /** What an update leaves out stays as it is: the address, and the node port of a port that is still there. */
  private keep({ spec }: corev1.Service, { spec: old }: corev1.Service): void {
    if (!spec || !old) return;
    if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
      if (!spec.clusterIP) this.setAddress(spec, old.clusterIP);
    }
    if (!needsPorts(spec)) return;
    for (const port of spec.ports ?? []) {
      const same = old.ports?.find((other) => other.port === port.port && other.protocol === port.protocol);
      if (same?.nodePort && !port.nodePort) port.nodePort = same.nodePort;
    }
  }

  private async allocate(service: corev1.Service, old: corev1.Service | undefined, dryRun: boolean): Promise<Undo> {
    const { spec = {} } = service;
    const owner = ownerOf(service);
    const before = new Set(old ? this.held(old).map(({ value }) => value) : []);
    const taken: Held[] = [];
    const undo: Undo = async () => this.release(service, taken);
    const causes: Cause[] = [];
    const claim = async (
      allocator: RangeAllocator,
      wanted: string | undefined,
      field: string,
    ): Promise<string | undefined> => {
      if (wanted && before.has(wanted)) return wanted;
      const result = wanted ? await this.claimOne(allocator, wanted, owner) : await allocator.claimAny(owner);
      if ('failure' in result) {
        causes.push(failure(allocator, result.failure, wanted ?? '', field, this.addresses));
        return wanted;
      }
      taken.push({ allocator, value: result.value });
      return result.value;
    };
    if (spec.type === 'ExternalName') {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    } else {
      if (spec.clusterIP !== 'None')
        this.setAddress(spec, await claim(this.addresses, spec.clusterIP, 'spec.clusterIPs'));
      else spec.clusterIPs = ['None'];
      spec.ipFamilies ??= ['IPv4'];
      spec.ipFamilyPolicy ??= 'SingleStack';
    }
    await this.allocatePorts(spec, claim);
    if (causes.length || dryRun) await undo();
    if (causes.length) throw invalid(Kinds.Service, service.metadata?.name ?? '', causes);
    return undo;
  }

  private async allocatePorts(
    spec: corev1.ServiceSpec,
    claim: (allocator: RangeAllocator, wanted: string | undefined, field: string) => Promise<string | undefined>,
  ): Promise<void> {
    const claimed = new Map<number, Set<string>>();
    for (const [index, port] of (spec.ports ?? []).entries()) {
      if (!needsPorts(spec)) {
        delete port.nodePort;
        continue;
      }
      // Two protocols may share a number within one Service.
      const protocols = claimed.get(port.nodePort ?? 0);
      if (port.nodePort && protocols && !protocols.has(port.protocol ?? '')) continue;
      const value = await claim(
        this.ports,
        port.nodePort ? String(port.nodePort) : undefined,
        `spec.ports[${index}].nodePort`,
      );
      if (value) port.nodePort = Number(value);
      if (port.nodePort) claimed.set(port.nodePort, (claimed.get(port.nodePort) ?? new Set()).add(port.protocol ?? ''));
    }
  }

  private async claimOne(
    allocator: RangeAllocator,
    wanted: string,
    owner: string,
  ): Promise<{ value: string } | { failure: AllocationFailure }> {
    const refused = await allocator.claim(wanted, owner);
    return refused ? { failure: refused } : { value: wanted };
  }

  private setAddress(spec: corev1.ServiceSpec, address: string | undefined): void {
    if (!address) return;
    spec.clusterIP = address;
    spec.clusterIPs = [address];
  }

  private held({ spec }: corev1.Service): Held[] {
    const held: Held[] = [];
    if (spec?.clusterIP && spec.clusterIP !== 'None') held.push({ allocator: this.addresses, value: spec.clusterIP });
    for (const { nodePort } of spec?.ports ?? [])
      if (nodePort) held.push({ allocator: this.ports, value: String(nodePort) });
    return held;
  }

  private async release(service: corev1.Service, held: readonly Held[]): Promise<void> {
    await Promise.all(held.map(({ allocator, value }) => allocator.release(value, ownerOf(service))));
  }
}

const needsPorts = (spec: corev1.ServiceSpec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
const ownerOf = ({ metadata }: corev1.Service): string => `${metadata?.namespace}/${metadata?.name}`;

function failure(
  allocator: RangeAllocator,
  reason: AllocationFailure,
  wanted: string,
  field: string,
  addresses: RangeAllocator,
): Cause {
  if (allocator === addresses) {
    const value = JSON.stringify([wanted]);
    const texts: Record<AllocationFailure, string> = {
      allocated: `failed to allocate IP ${wanted}: provided IP is already allocated`,
      'out of range': `failed to allocate IP ${wanted}: the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${allocator.range.text}`,
      full: 'failed to allocate a serviceIP: range is full',
    };
    return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${texts[reason]}`, field };
  }
  const texts: Record<AllocationFailure, string> = {
    allocated: 'provided port is already allocated',
    'out of range': `provided port is not in the valid range. The range of valid ports is ${allocator.range.text}`,
    full: 'range is full',
  };
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${wanted}: ${texts[reason]}`, field };
}
