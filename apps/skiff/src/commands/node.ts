import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodePaths } from '../cluster/paths';
import { nodeName } from '../cluster/compose-pki';
import { pauseArchive } from '../images/pause';
import { run } from '../network/commands';
import { nodeProcesses } from '../node/processes';
import { takeSlot } from '../node/slot';
import { addressTowards, prepareCgroups, prepareNetwork } from '../node/system';
import { containerdConfig } from '../processes/containerd-config';
import { removePods } from '../processes/pods';
import { Supervisor } from '../processes/supervisor';
import type { CommandContext } from './context';

export interface NodeOptions {
  /** The folder that all nodes share; each keeps its state in a slot of its own. */
  readonly state: string;
  readonly slots: number;
  readonly pki: string;
  readonly apiServer: string;
  readonly otlpEndpoint: string;
  readonly traceSampling: string;
}

/** Where the node tells its health check who it is. */
const runFolder = '/run/skiff';

/** Is a node, with its container runtime, until it is told to end; then removes its pods from the runtime. */
export async function node(context: CommandContext, options: NodeOptions): Promise<void> {
  const slot = await takeSlot(options.state, options.slots);
  const name = nodeName(slot.number);
  const paths = pathsIn(slot.folder);
  const address = await addressTowards(options.apiServer);
  await prepareCgroups();
  await prepareNetwork(address);
  for (const folder of [runFolder, paths.kubelet, paths.containerd, paths.cni]) mkdirSync(folder, { recursive: true });
  writeFileSync(paths.containerdConfig, containerdConfig(paths, '/run/containerd/state'));
  writeFileSync(paths.resolvConf, '');
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
  supervisor.start();
  writeFileSync(join(runFolder, 'node.json'), JSON.stringify({ name, address }));
  context.print(`${name} is at ${address}`);
  await Promise.race([stopped, importPauseImage(context, paths)]);
  await stopped;
  await supervisor.stop();
  slot.release();
}

/** What outlives the container lies in the slot; what only makes sense while it runs, in /run. */
function pathsIn(root: string): NodePaths {
  return {
    root,
    kubelet: join(root, 'kubelet'),
    containerd: join(root, 'containerd'),
    containerdConfig: join(runFolder, 'containerd.toml'),
    containerdSocket: '/run/containerd/containerd.sock',
    cni: join(runFolder, 'cni'),
    resolvConf: join(runFolder, 'resolv.conf'),
  };
}

async function importPauseImage(context: CommandContext, paths: NodePaths): Promise<void> {
  const archive = join(runFolder, 'pause.tar');
  writeFileSync(archive, pauseArchive(process.arch === 'arm64' ? 'arm64' : 'amd64'));
  while (!existsSync(paths.containerdSocket)) await context.clock.sleep(20);
  const ctr = ['--address', paths.containerdSocket, '--namespace', 'k8s.io'];
  await run('ctr', [...ctr, 'images', 'import', '--all-platforms', archive]);
}
