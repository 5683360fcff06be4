import { Kinds } from '@skiff/contracts';
import { repeatEvery, type Clock, type Logger } from '@skiff/platform';
import type { Registry } from '../registry/registry';
import { heldAddresses, heldPorts, serviceOwner, type ServiceAllocators } from './service-allocation';

/** Upstream's interval: three minutes, in milliseconds. */
const interval = 180_000;

/** Makes the ledgers agree with the Services: now, then every three minutes until the signal aborts. */
export async function repairAllocations(
  registry: Registry,
  allocators: ServiceAllocators,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const repair = (): Promise<void> => repairOnce(registry, allocators, logger);
  await repair();
  void repeatEvery(interval, { clock, signal }, repair, (error) =>
    logger.error('allocations could not be repaired', { error }),
  );
}

async function repairOnce(registry: Registry, { addresses, ports }: ServiceAllocators, logger: Logger): Promise<void> {
  await registry.of(Kinds.Service).refresh();
  const heldAddress = new Map<string, string>();
  const heldPort = new Map<string, string>();
  for (const service of await registry.list(Kinds.Service)) {
    const owner = serviceOwner(service);
    for (const address of heldAddresses(service))
      if (addresses.range.indexOf(address) !== undefined) heldAddress.set(address, owner);
    for (const port of heldPorts(service)) if (ports.range.indexOf(port) !== undefined) heldPort.set(port, owner);
  }
  const conflicts = [...(await addresses.repair(heldAddress)), ...(await ports.repair(heldPort))];
  for (const { value, owner } of conflicts) logger.error('something is allocated twice', { value, owner });
}
