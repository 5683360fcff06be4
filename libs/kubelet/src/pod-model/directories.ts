import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';

/** Where a kubelet keeps what, below its own folder. */
export class Directories {
  constructor(readonly root: string) {}

  /** Where container logs lie; a folder for each pod. */
  get logs(): string {
    return join(this.root, 'logs');
  }

  /** Seccomp profiles of the node's own. */
  get seccomp(): string {
    return join(this.root, 'seccomp');
  }

  /** What is to reach no disk: a tmpfs for all pods. */
  get memory(): string {
    return join(this.root, 'memory');
  }

  /** Has a folder for each pod, named by its uid. */
  get pods(): string {
    return join(this.root, 'pods');
  }

  pod(uid: string): string {
    return join(this.pods, uid);
  }

  /** `<namespace>_<name>_<uid>`, a pod's folder of logs. */
  podLogs(pod: corev1.Pod): string {
    const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
    return join(this.logs, `${namespace}_${name}_${uid}`);
  }

  /** Where parts of a pod's volumes are mounted. */
  subPaths(uid: string): string {
    return join(this.pod(uid), 'volume-subpaths');
  }

  /** A pod's volumes of one sort; a folder for each. */
  volumes(uid: string, sort: string): string {
    return join(this.pod(uid), 'volumes', sort);
  }

  /** A pod's volumes that are to reach no disk; a folder for each. */
  memoryVolumes(uid: string): string {
    return join(this.memory, uid);
  }
}
