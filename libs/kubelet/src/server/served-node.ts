import type { Clock } from '@skiff/platform';
import type { PodManager } from '../pods/manager';
import type { ContainerService } from '../runtime/container-service';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import type { CgroupManager } from '../system/cgroups';

/** What of a node its service shows and lets others reach. */
export interface ServedNode {
  readonly nodeName: string;
  readonly manager: Pick<PodManager, 'byName' | 'byUid' | 'pods'>;
  readonly runtime: StreamingRuntime & Pick<ContainerService, 'containerStats'>;
  readonly cgroups: Pick<CgroupManager, 'usage'>;
  /** Parent of all pods' cgroups. */
  readonly cgroupRoot: string;
  readonly clock: Clock;
}
