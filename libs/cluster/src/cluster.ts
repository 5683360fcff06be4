import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@skiff/client';
import { controllersService } from '@skiff/controllers';
import { seededRandom, silentLogger, systemClock, systemRandom, type Clock, type Logger } from '@skiff/platform';
import { schedulerService } from '@skiff/scheduler';
import { startApiServer, type ClusterUser, type ProcessApiServer } from './api-server';
import { componentParts, type ClusterContext } from './cluster-context';
import { hollowNode, hollowNodeName } from './hollow-node';

export interface ClusterOptions {
  /** How many hollow nodes there are, called node-1 and so on. Default 1. */
  readonly nodes?: number;
  /** The time of the cluster, such as one that a test steps. Default: the system's. */
  readonly clock?: Clock;
  /** The same names, uids and ids of containers are made for the same objects under the same seed. Default: truly random ones. */
  readonly seed?: number;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

/** A whole cluster in this process. */
export interface Cluster {
  /** May do everything. */
  readonly client: Client;
  /** For kubectl and other clients, as one who may do everything. Opens a port on loopback when it is first asked for. */
  kubeconfig(): Promise<string>;
  /** Ends all of it. Resolves when no timer, connection or file of it is left. */
  stop(): Promise<void>;
}

const admin: ClusterUser = { name: 'kubernetes-admin', groups: ['system:masters'] };

/**
 * Starts an API server on a store in memory, the controllers, the scheduler, and nodes whose kubelets are real and
 * whose containers are simulated. Resolves when the API server answers; the nodes register soon after. Any number of
 * clusters may run at a time. Needs no root, no native add-on, and nothing of the machine but a temporary folder.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes = 1, clock = systemClock, seed, logger = silentLogger } = options;
  const random = seed === undefined ? systemRandom : seededRandom(seed);
  const directory = await mkdtemp(join(tmpdir(), `skiff-cluster-${process.pid}-`));
  const context: ClusterContext = { clock, random, logger, directory };
  const apiServer = await startApiServer(context);
  const stopping = new AbortController();
  // Everything that the cluster runs ends by it.
  setMaxListeners(0, stopping.signal);
  const running = startComponents(context, apiServer, nodes, stopping.signal);
  return {
    client: apiServer.clientOf(admin),
    kubeconfig: () => apiServer.kubeconfigOf(admin),
    async stop() {
      stopping.abort(new Error('the cluster has been stopped'));
      await running;
      await apiServer.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Runs what lives on the API server; resolves when all of it has ended. */
async function startComponents(
  context: ClusterContext,
  apiServer: ProcessApiServer,
  nodes: number,
  signal: AbortSignal,
): Promise<void> {
  const run = async (
    component: string,
    user: ClusterUser,
    make: (parts: ReturnType<typeof componentParts>) => { run(signal: AbortSignal): Promise<void> },
  ): Promise<void> => {
    const parts = componentParts(context, component, apiServer.clientOf(user));
    try {
      await make(parts).run(signal);
    } catch (error) {
      if (!signal.aborted) parts.logger.error('the component has ended', { error });
    }
  };
  const { certificateAuthority: rootCa, serviceAccountKey: serviceAccountPrivateKey } = apiServer;
  await Promise.all([
    run('controller-manager', { name: 'system:kube-controller-manager' }, (parts) =>
      controllersService(parts, {
        rootCa,
        serviceAccountPrivateKey,
        nodeIpam: { clusterCidr: '10.244.0.0/16', nodePrefix: 24 },
      }),
    ),
    run('scheduler', { name: 'system:kube-scheduler' }, (parts) => schedulerService(parts, {})),
    ...Array.from({ length: nodes }, (_, index) => {
      const name = hollowNodeName(index + 1);
      return run(`kubelet ${name}`, { name: `system:node:${name}`, groups: ['system:nodes'] }, (parts) =>
        hollowNode(parts, index + 1, context.directory),
      );
    }),
  ]);
}
