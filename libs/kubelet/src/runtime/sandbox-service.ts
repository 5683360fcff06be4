import type { criv1 } from '@skiff/contracts';

/** A sandbox as listed. Times are milliseconds since the epoch. */
export interface Sandbox {
  readonly id: string;
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SandboxStatus extends Sandbox {
  /** Addresses of the pod, the primary one first; empty on the host network. */
  readonly ips: readonly string[];
}

/** Sandboxes: the namespaces and addresses that the containers of a pod share. */
export interface SandboxService {
  runSandbox(config: criv1.PodSandboxConfig, runtimeHandler: string): Promise<string>;
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  sandboxStatus(id: string): Promise<SandboxStatus>;
  listSandboxes(podUid?: string): Promise<Sandbox[]>;
  /** Names or ids of the images that sandboxes were made from, as far as the runtime says. */
  listSandboxImages(): Promise<string[]>;
}
