import type { corev1 } from '@skiff/contracts';
import type { Image } from '../runtime/image-service';

/** A mount as the kubelet resolved it. */
export interface ResolvedMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly propagation: 'None' | 'HostToContainer' | 'Bidirectional';
}

export interface ContainerConfigInput {
  readonly pod: corev1.Pod;
  readonly container: corev1.Container;
  readonly restartCount: number;
  readonly imageRef: string;
  readonly image: Image | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly ResolvedMount[];
  /** Host file that is the container's termination log; undefined leaves it out. */
  readonly terminationLog: string | undefined;
  readonly nodeMemoryBytes: number;
  /** The folder of the node's own seccomp profiles. */
  readonly seccompDirectory: string;
  /** Id of the container whose processes it sees. */
  readonly targetId?: string | undefined;
}
