import { portOffsets } from '../cluster/plan';
import type { ClusterState } from '../cluster/state';

/** Where a service of the control plane listens on this machine alone. */
export const loopback = (cluster: ClusterState, offset: keyof typeof portOffsets): string =>
  `127.0.0.1:${cluster.basePort + portOffsets[offset]}`;

/** Where the scheduler explains its decisions. */
export const schedulerAddress = (cluster: ClusterState): string => loopback(cluster, 'scheduler');

/** Where the traces service takes spans and answers queries. */
export const tracesAddress = (cluster: ClusterState): string =>
  `${cluster.gateway}:${cluster.basePort + portOffsets.traces}`;
