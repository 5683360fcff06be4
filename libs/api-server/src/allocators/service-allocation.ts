import { Kinds, type corev1 } from '@skiff/contracts';
import { invalid, StatusError } from '@skiff/apimachinery';
import type { Undo, WriteHooks } from '../registry/writes/hooks';
import type { AllocationFailure, RangeAllocator } from './range-allocator';
import { SharedPorts } from './shared-ports';
import { hasHealthPort } from '@skiff/resources';
import { checkAddresses, isOpenHeadless } from './service-addresses';

export interface ServiceAllocators {
  readonly addresses: RangeAllocator;
  readonly ports: RangeAllocator;
}

/** Gives Services their cluster addresses and node ports, and takes them back. */
export function serviceAllocation(allocators: ServiceAllocators): WriteHooks<corev1.Service> {
  const forWrite = (dryRun: boolean): ServiceAllocators =>
    dryRun ? { addresses: allocators.addresses.trial(), ports: allocators.ports.trial() } : allocators;
  return {
    beforeCreate: (service, { dryRun }) => new Allocation(forWrite(dryRun), service, undefined).run(),
    beforeUpdate: (service, old, { dryRun }) => new Allocation(forWrite(dryRun), service, old).run(),
    afterUpdate: (service, old) => release(allocators, old, service),
    afterDelete: (service) => release(allocators, service, undefined),
  };
}

/** Who holds what a Service was given. */
export const serviceOwner = ({ metadata }: corev1.Service): string => `${metadata?.namespace}/${metadata?.name}`;

/** The cluster addresses that a Service holds. */
export function heldAddresses({ spec }: corev1.Service): string[] {
  if (spec?.type === 'ExternalName') return [];
  return [...new Set([spec?.clusterIP ?? '', ...(spec?.clusterIPs ?? [])])].filter((ip) => ip !== '' && ip !== 'None');
}

/** The node ports that a Service holds, each once: two protocols may share one. */
export function heldPorts({ spec }: corev1.Service): string[] {
  const ports = [...(spec?.ports ?? []).map(({ nodePort }) => nodePort ?? 0), spec?.healthCheckNodePort ?? 0];
  return [...new Set(ports.filter((port) => port > 0).map(String))];
}

/** Gives back what the old state held and the new one does not. */
async function release(
  allocators: ServiceAllocators,
  old: corev1.Service,
  now: corev1.Service | undefined,
): Promise<void> {
  const owner = serviceOwner(old);
  const keptAddresses = new Set(now ? heldAddresses(now) : []);
  const keptPorts = new Set(now ? heldPorts(now) : []);
  for (const address of heldAddresses(old))
    if (!keptAddresses.has(address)) await allocators.addresses.release(address, owner);
  for (const port of heldPorts(old)) if (!keptPorts.has(port)) await allocators.ports.release(port, owner);
}

/** What one write of one Service needs. What was handed out is given back when it fails. */
class Allocation {
  private readonly given: [RangeAllocator, string][] = [];
  private readonly owner: string;
  private readonly spec: corev1.ServiceSpec;

  constructor(
    private readonly allocators: ServiceAllocators,
    private readonly service: corev1.Service,
    private readonly old: corev1.Service | undefined,
  ) {
    this.owner = serviceOwner(service);
    this.spec = service.spec ??= {};
  }

  async run(): Promise<Undo | undefined> {
    try {
      checkAddresses(this.service);
      await this.address();
      await this.ports();
    } catch (error) {
      await this.undo();
      throw error;
    }
    return this.given.length ? () => this.undo() : undefined;
  }

  private readonly undo = async (): Promise<void> => {
    for (const [allocator, value] of this.given.splice(0)) await allocator.release(value, this.owner);
  };

  private async address(): Promise<void> {
    const spec = this.spec;
    if (spec.type === 'ExternalName') return;
    const wanted = spec.clusterIP || spec.clusterIPs?.[0] || '';
    this.families();
    if (wanted === 'None') return this.setAddress(wanted);
    if (wanted && this.old && heldAddresses(this.old).includes(wanted)) return this.setAddress(wanted);
    if (!wanted) {
      const result = await this.allocators.addresses.claimAny(this.owner);
      if ('failure' in result) throw internal('failed to allocate a serviceIP: range is full');
      this.given.push([this.allocators.addresses, result.value]);
      return this.setAddress(result.value);
    }
    this.setAddress(wanted);
    const failure = await this.allocators.addresses.claim(wanted, this.owner);
    if (failure) throw this.refuse('spec.clusterIPs', JSON.stringify(spec.clusterIPs), addressProblem(wanted, failure));
    this.given.push([this.allocators.addresses, wanted]);
  }

  private setAddress(address: string): void {
    this.spec.clusterIP = address;
    this.spec.clusterIPs = [address];
  }

  /** The cluster has IPv4 alone. A headless Service without a selector may have endpoints of both families. */
  private families(): void {
    const spec = this.spec;
    const both = isOpenHeadless(spec);
    spec.ipFamilyPolicy ??= both ? 'RequireDualStack' : 'SingleStack';
    if (!spec.ipFamilies?.length) spec.ipFamilies = both ? ['IPv4', 'IPv6'] : ['IPv4'];
  }

  private async ports(): Promise<void> {
    const spec = this.spec;
    const held = new Set(this.old ? heldPorts(this.old) : []);
    if (needsPorts(spec)) {
      // Found out one by one, it would take all that are left from everybody else first.
      if (newPorts(spec) > this.allocators.ports.range.size) throw portsExhausted();
      // The node port of another protocol with the same port: of one before, or, in a new Service, of one after.
      const [before, given] = [new SharedPorts(), new SharedPorts(this.old ? [] : spec.ports)];
      for (const [index, port] of (spec.ports ?? []).entries()) {
        const shared = before.of(port) ?? given.of(port);
        const wanted = port.nodePort || shared;
        const field = `spec.ports[${index}].nodePort`;
        // A new Service has a node port for one port alone, whatever its protocols.
        const taken = !this.old && held.has(String(wanted)) && wanted !== shared;
        if (taken) throw this.refuse(field, String(wanted), portProblem(this.allocators.ports.range.text, 'allocated'));
        port.nodePort = await this.port(wanted, held, field);
        held.add(String(port.nodePort));
        before.add(port);
      }
    }
    if (hasHealthPort(spec))
      spec.healthCheckNodePort = await this.port(spec.healthCheckNodePort, held, 'spec.healthCheckNodePort');
  }

  private async port(wanted: number | undefined, held: ReadonlySet<string>, field: string): Promise<number> {
    const { ports } = this.allocators;
    if (!wanted) {
      const result = await ports.claimAny(this.owner);
      if ('failure' in result) throw portsExhausted();
      this.given.push([ports, result.value]);
      return Number(result.value);
    }
    if (held.has(String(wanted))) return wanted;
    const failure = await ports.claim(String(wanted), this.owner);
    if (failure) throw this.refuse(field, String(wanted), portProblem(ports.range.text, failure));
    this.given.push([ports, String(wanted)]);
    return wanted;
  }

  private refuse(field: string, value: string, text: string): StatusError {
    const message = `Invalid value: ${value}: ${text}`;
    return invalid(Kinds.Service, this.service.metadata?.name ?? '', [{ field, reason: 'FieldValueInvalid', message }]);
  }
}

function needsPorts({ type, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

const addressProblem = (address: string, failure: AllocationFailure): string =>
  `failed to allocate IP ${address}: ${
    failure === 'allocated'
      ? 'provided IP is already allocated'
      : 'the provided network does not match the current range'
  }`;

const portProblem = (range: string, failure: AllocationFailure): string =>
  failure === 'allocated'
    ? 'provided port is already allocated'
    : `provided port is not in the valid range. The range of valid ports is ${range}`;

/** How many node ports a Service needs at least beside those that it names: one for each of its ports. */
const newPorts = ({ ports }: corev1.ServiceSpec): number =>
  new Set((ports ?? []).filter(({ nodePort }) => !nodePort).map(({ port }) => port)).size;

const portsExhausted = (): StatusError => internal('failed to allocate a nodePort: range is full');

const internal = (text: string): StatusError => StatusError.from(new Error(text));
