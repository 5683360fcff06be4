import type { corev1, criv1 } from '@skiff/contracts';
import { sandboxConfig } from '../containers/sandbox-config';
import type { KubeletMetrics } from '../metrics';
import type { Directories } from '../pod-model/directories';
import { podResolver, type ClusterDns } from '../pod-model/dns';
import { podCgroup } from '../pod-model/qos';
import { RuntimeError } from '../runtime/runtime-error';
import type { SandboxService, SandboxStatus } from '../runtime/sandbox-service';

export interface SandboxesParts {
  readonly runtime: Pick<SandboxService, 'runSandbox' | 'sandboxStatus'>;
  /** Hears whether sandboxes can be made. */
  readonly health: { succeeded(): void; failed(message: string): void };
  readonly dns: ClusterDns;
  readonly directories: Directories;
  readonly cgroupRoot: string;
  readonly metrics: Pick<KubeletMetrics, 'startedPods' | 'startedPodsErrors'>;
}

/** Makes the sandboxes of pods. */
export class Sandboxes {
  constructor(private readonly parts: SandboxesParts) {}

  /** The sandbox that was made, or what the runtime said. */
  async create(pod: corev1.Pod, attempt: number): Promise<SandboxStatus | RuntimeError> {
    const { health, metrics, runtime } = this.parts;
    try {
      const id = await runtime.runSandbox(this.config(pod, attempt), '');
      metrics.startedPods.inc();
      health.succeeded();
      return await runtime.sandboxStatus(id);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      metrics.startedPodsErrors.inc({ message: error.code });
      health.failed(error.description);
      return error;
    }
  }

  /** What the runtime is told of it, again with each container. */
  config(pod: corev1.Pod, attempt: number): criv1.PodSandboxConfig {
    const { cgroupRoot, directories, dns } = this.parts;
    return sandboxConfig({
      pod,
      attempt,
      logDirectory: directories.podLogs(pod),
      resolver: podResolver(pod, dns),
      cgroupParent: podCgroup(cgroupRoot, pod),
      clusterDomain: dns.domain,
    });
  }
}
