import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors';
import { ipBatch, run } from '../network/commands';
import { dnsAddress, serviceRange } from '../network/network';

/** The IPv4 address from which this machine reaches a "host:port". Nothing is sent. */
export async function addressTowards(target: string): Promise<string> {
  const [host = '', port = ''] = target.split(':');
  const { address } = await lookup(host, { family: 4 }).catch((error: unknown) => {
    throw new UserError(`the API server ${target} is not found: ${messageOf(error)}`);
  });
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(Number(port), address, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}

/** Lets this network namespace carry a node's pods: forwarding, the Services' range and the DNS address. */
export async function prepareNetwork(address: string): Promise<void> {
  await ipBatch([
    `address replace ${dnsAddress}/32 dev lo`,
    // Lets processes of the node itself address Services: the proxy rewrites
    // the destination before anything is sent.
    `route replace ${serviceRange} dev lo src ${address}`,
  ]);
  await writableProc();
  const settings = { ip_forward: '1', 'conf/all/rp_filter': '0', 'conf/default/rp_filter': '0' };
  for (const [name, value] of Object.entries(settings)) {
    const file = join('/proc/sys/net/ipv4', name);
    if (readFileSync(file, 'utf8').trim() !== value) writeFileSync(file, value);
  }
}

/** Takes away what a node has put into the network of a machine that goes on without it. */
export async function restoreNetwork(): Promise<void> {
  const links = JSON.parse(await run('ip', ['-json', 'link'])) as { ifname: string }[];
  await ipBatch([
    ...(links.some(({ ifname }) => ifname === 'cni0') ? ['link delete cni0'] : []),
    `route flush ${serviceRange} dev lo`,
    `address flush dev lo to ${dnsAddress}/32`,
    // Those to the pods of other nodes, as the kubelet marks them.
    'route flush proto 87',
  ]);
  const tables = ['skiff-proxy', 'skiff-egress'].flatMap((table) => [
    `add table ip ${table}`,
    `delete table ip ${table}`,
  ]);
  await run('nft', ['-f', '-'], `${tables.join('\n')}\n`);
}

/** A container that is not privileged gets its settings of the kernel read-only; only those of its own namespaces are set. */
async function writableProc(): Promise<void> {
  if (isReadOnly('/proc/sys')) await run('mount', ['-o', 'remount,bind,rw', '/proc/sys']);
}

const cgroups = '/sys/fs/cgroup';

/** Makes this container's part of the control groups writable, so that pods get theirs below it. */
export async function prepareCgroups(): Promise<void> {
  const unified = existsSync(join(cgroups, 'cgroup.controllers'));
  const mounts = unified ? [cgroups] : mountPoints().filter((point) => point.startsWith(`${cgroups}/`));
  for (const point of mounts) if (isReadOnly(point)) await run('mount', ['-o', 'remount,bind,rw', point]);
  // The root of a machine's groups hands on whatever is in it.
  if (unified && existsSync(join(cgroups, 'cgroup.type'))) delegateControllers(cgroups);
}

/**
 * Controllers can only be handed on by a group that has no processes of its own, so those that are here
 * move one step down.
 */
export function delegateControllers(root: string): void {
  const own = join(root, 'init');
  mkdirSync(own, { recursive: true });
  for (const pid of readFileSync(join(root, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
    try {
      writeFileSync(join(own, 'cgroup.procs'), pid);
    } catch (error) {
      // The process has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  const controllers = readFileSync(join(root, 'cgroup.controllers'), 'utf8').split(/\s+/).filter(Boolean);
  writeFileSync(join(root, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
}

interface Mount {
  readonly point: string;
  readonly options: readonly string[];
}

function mounts(): Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map((fields) => ({ point: fields[4] ?? '', options: (fields[5] ?? '').split(',') }));
}

const mountPoints = (): string[] => mounts().map(({ point }) => point);
const isReadOnly = (point: string): boolean =>
  mounts().some((mount) => mount.point === point && mount.options.includes('ro'));
