import { Kinds, type corev1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { isTerminalPhase, podUid } from '../pod-model/pod';
import { asksForAppArmor, noAppArmor } from './app-armor';
import { nodeFit, type Rejection } from './node-fit';
import { forbiddenSysctl } from './sysctls';

export interface PodAdmissionOptions {
  readonly client: Client;
  readonly nodeName: string;
  /** Kernel settings that pods may have beside the safe ones. */
  readonly unsafeSysctls: readonly string[];
  /** Whether containers can have AppArmor profiles on this node. */
  hasAppArmor(): Promise<boolean>;
  /** The node's object as last seen. */
  node(): corev1.Node | undefined;
  /** All pods that the kubelet knows. */
  pods(): readonly corev1.Pod[];
}

/**
 * Decides whether a pod that was given to this node can run on it, whoever placed
 * it there. Pods are decided on one after another, each beside those that were
 * taken before. A pod that has a start time was taken already, by this kubelet or
 * the one before.
 */
export class PodAdmission {
  private readonly taken = new Set<string>();

  constructor(private readonly options: PodAdmissionOptions) {}

  /** Why the pod is not taken; undefined when it is. Rejects when the node cannot be read. */
  async admit(pod: corev1.Pod): Promise<Rejection | undefined> {
    const { client, nodeName, unsafeSysctls } = this.options;
    const forbidden = forbiddenSysctl(pod, unsafeSysctls);
    if (forbidden !== undefined) return forbidden;
    if (asksForAppArmor(pod) && !(await this.options.hasAppArmor())) return noAppArmor;
    if (this.decide(pod, this.options.node()) === undefined) return undefined;
    // The node may have been given a label or lost a taint just before the pod came.
    return this.decide(pod, await client.get<corev1.Node>(Kinds.Node, { name: nodeName }));
  }

  /** The pod is gone from this node. */
  forget(uid: string): void {
    this.taken.delete(uid);
  }

  /** Nothing may happen between the decision and its being remembered. */
  private decide(pod: corev1.Pod, node: corev1.Node | undefined): Rejection | undefined {
    const uid = podUid(pod);
    const others = this.options.pods().filter((other) => podUid(other) !== uid && this.takesRoom(other));
    // What a node that is not registered yet has to offer is not known.
    const rejection = node?.status?.allocatable === undefined ? undefined : nodeFit(pod, others, node);
    if (rejection === undefined) this.taken.add(uid);
    return rejection;
  }

  private takesRoom(pod: corev1.Pod): boolean {
    if (isTerminalPhase(pod.status?.phase)) return false;
    return this.taken.has(podUid(pod)) || pod.status?.startTime !== undefined;
  }
}
