import { access, writeFile } from 'node:fs/promises';
import type { Logger } from '@skiff/platform';

const bridgeFilter = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const forwarding = '/proc/sys/net/ipv4/ip_forward';

/** Sets what the rules need of the kernel in this network namespace. */
export async function prepareNode(logger: Logger): Promise<void> {
  await set(forwarding, logger, 'packets between pods and other nodes will not be forwarded');
  // Without it, answers between pods of one bridge bypass the rewriting of their address.
  await set(bridgeFilter, logger, 'pods of this node may not reach each other through Services; load br_netfilter');
}

async function set(path: string, logger: Logger, consequence: string): Promise<void> {
  try {
    await access(path);
    await writeFile(path, '1\n');
  } catch (error) {
    logger.warn('a kernel setting cannot be made', { path, consequence, error });
  }
}
