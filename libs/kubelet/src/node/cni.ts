import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface PodNetwork {
  /** The ranges that this node's pods get addresses from, IPv4 and IPv6. */
  readonly podCidrs: readonly string[];
  /** Name of the bridge in the node's network namespace. */
  readonly bridge: string;
  /** Where the addresses handed out are kept. */
  readonly dataDirectory: string;
  /** 0 leaves the default of the kernel. */
  readonly mtu: number;
}

const fileName = '10-skiff.conflist';

/** The network of a node's pods: a bridge, addresses from the node's range, host ports. */
export function cniConfig(network: PodNetwork): string {
  const routes = network.podCidrs.map((cidr) => ({ dst: cidr.includes(':') ? '::/0' : '0.0.0.0/0' }));
  const bridge = {
    type: 'bridge',
    bridge: network.bridge,
    isGateway: true,
    isDefaultGateway: false,
    ipMasq: false,
    hairpinMode: true,
    ...(network.mtu === 0 ? {} : { mtu: network.mtu }),
    ipam: {
      type: 'host-local',
      dataDir: network.dataDirectory,
      ranges: network.podCidrs.map((subnet) => [{ subnet }]),
      routes,
    },
  };
  const portmap = { type: 'portmap', capabilities: { portMappings: true } };
  return `${JSON.stringify({ cniVersion: '0.4.0', name: 'skiff', plugins: [bridge, portmap] }, null, 2)}\n`;
}

/** Writes the configuration where the runtime looks for it; whether it changed. */
export async function writeCniConfig(directory: string, network: PodNetwork): Promise<boolean> {
  const path = join(directory, fileName);
  const text = cniConfig(network);
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return false;
  await mkdir(directory, { recursive: true });
  // The runtime reads files of known endings only, so that it never sees half of one.
  await writeFile(`${path}.new`, text, { mode: 0o644 });
  await rename(`${path}.new`, path);
  return true;
}
