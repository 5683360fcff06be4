import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeCgroups } from '../cluster/leftovers';
import type { NodePaths } from '../cluster/paths';
import { pauseArchive } from '../images/pause';
import { removeIfEmpty } from '../machine/folders';
import { run } from '../network/commands';
import { nodeProcesses } from '../node/processes';
import { takeNamedSlot, takeSlot, type Slot } from '../node/slot';
import { addressTowards, prepareCgroups, prepareNetwork, restoreNetwork } from '../node/system';
import { containerdConfig } from '../processes/containerd-config';
import { removePods } from '../processes/pods';
import { Supervisor } from '../processes/supervisor';
import { howToInstall, missingPackages, thisMachine, unsuitable } from '../requirements/requirements';
import { UserError } from '../errors';
import { type CommandContext } from './context';

export interface NodeOptions {
  /** The folder that all nodes share; each keeps its state in a slot of its own. */
  readonly state: string;
  readonly slots: number;
  readonly pki: string;
  readonly apiServer: string;
  readonly otlpEndpoint: string;
  readonly traceSampling: string;
  /** The node's name, on a machine that is a node by itself; without it, the name is that of the slot. */
  readonly nodeName?: string;
  readonly nodeIp?: string;
  readonly cgroupRoot: string;
}

/** Where the node tells its health check who it is, and what ends with it. */
const runFolder = '/run/skiff';

/** Is a node, with its container runtime, until it is told to end; then removes its pods from the runtime. */
export async function node(context: CommandContext, options: NodeOptions): Promise<void> {
  requireMachine(context);
  const { state, slots, nodeName } = options;
  const slot = await (nodeName === undefined ? takeSlot(state, slots) : takeNamedSlot(state, nodeName));
  try {
    await runNode(context, options, slot);
  } finally {
    // What has not come to be has no state to keep.
    removeIfEmpty(slot.folder);
    slot.release();
  }
}

async function runNode(context: CommandContext, options: NodeOptions, { name, folder }: Slot): Promise<void> {
  requireCertificates(options.pki, name);
  const paths = pathsIn(folder, options.nodeName === undefined ? noNameServers() : '/etc/resolv.conf');
  const address = options.nodeIp ?? (await addressTowards(options.apiServer));
  const supervisor = new Supervisor({
    specs: nodeProcesses({ ...options, name, address, apps: context.apps, paths }),
    recordFile: join(runFolder, 'processes.json'),
    beforeRuntimesEnd: () => removePods(paths, context.clock),
    clock: context.clock,
  });
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  try {
    await prepareMachine(paths, address);
    supervisor.start();
    writeFileSync(join(runFolder, 'node.json'), JSON.stringify({ name, address }));
    context.print(`${name} is at ${address}`);
    await Promise.race([stopped, importPauseImage(context, paths)]);
    await stopped;
  } finally {
    await supervisor.stop();
    // A container takes all of this with it.
    if (options.nodeName !== undefined) await restoreMachine(options);
  }
}

async function prepareMachine(paths: NodePaths, address: string): Promise<void> {
  await prepareCgroups();
  await prepareNetwork(address);
  for (const made of [runFolder, paths.kubelet, paths.containerd, paths.cni]) mkdirSync(made, { recursive: true });
  writeFileSync(paths.containerdConfig, containerdConfig(paths, join(runFolder, 'containerd')));
}

async function restoreMachine({ cgroupRoot }: NodeOptions): Promise<void> {
  removeCgroups(cgroupRoot);
  await restoreNetwork();
  for (const file of ['node.json', 'processes.json', 'containerd.toml', 'containerd.sock', 'containerd.sock.ttrpc'])
    rmSync(join(runFolder, file), { force: true });
  for (const folder of ['cni', 'containerd']) rmSync(join(runFolder, folder), { recursive: true, force: true });
  rmSync(join(runFolder, 'pause.tar'), { force: true });
  removeIfEmpty(runFolder);
}

function requireMachine(context: CommandContext): void {
  const machine = thisMachine(context.environment);
  const reason = unsuitable(machine);
  if (reason) throw new UserError(reason);
  const missing = missingPackages(machine, 'embedded');
  if (missing.length) throw new UserError(howToInstall(missing));
}

/** Without its certificates, no service of the node would tell more than that it cannot read a file. */
function requireCertificates(pki: string, name: string): void {
  const missing = [`kubelet-${name}`, `kubelet-${name}-serving`, 'proxy', 'dns']
    .flatMap((holder) => [`${holder}.crt`, `${holder}.key`])
    .concat('ca.crt')
    .filter((file) => !existsSync(join(pki, file)));
  if (missing.length)
    throw new UserError(`${pki} lacks ${missing.join(', ')}: "skiff node-certificates ${name}" makes them`);
}

/** The name servers of a container are those of its engine, which pods do not reach. */
function noNameServers(): string {
  const file = join(runFolder, 'resolv.conf');
  mkdirSync(runFolder, { recursive: true });
  writeFileSync(file, '');
  return file;
}

/** What outlives the container lies in the slot; what only makes sense while it runs, in /run. */
function pathsIn(root: string, resolvConf: string): NodePaths {
  return {
    root,
    kubelet: join(root, 'kubelet'),
    containerd: join(root, 'containerd'),
    containerdConfig: join(runFolder, 'containerd.toml'),
    containerdSocket: join(runFolder, 'containerd.sock'),
    cni: join(runFolder, 'cni'),
    resolvConf,
  };
}

async function importPauseImage(context: CommandContext, paths: NodePaths): Promise<void> {
  const archive = join(runFolder, 'pause.tar');
  writeFileSync(archive, pauseArchive(process.arch === 'arm64' ? 'arm64' : 'amd64'));
  while (!existsSync(paths.containerdSocket)) await context.clock.sleep(20);
  const ctr = ['--address', paths.containerdSocket, '--namespace', 'k8s.io'];
  await run('ctr', [...ctr, 'images', 'import', '--all-platforms', archive]);
}
