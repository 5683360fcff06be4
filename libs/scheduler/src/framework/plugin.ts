import type { corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { ClusterState } from '../snapshot/cluster-state';
import type { NodeInfo } from '../snapshot/node-info';
import type { PodInfo } from '../snapshot/pod-info';
import type { QueueingHint } from './cluster-event';
import type { CycleState } from './cycle-state';
import type { Rejection, Verdict } from './verdict';

/** What every plugin has; it implements one or more of the extension points below. */
export interface Plugin {
  readonly name: string;
  /**
   * Whether a change may help a pod that this plugin refused. Absent: every change may,
   * and so the pod is tried again after each.
   */
  readonly queueingHint?: QueueingHint;
}

/** A pod that waits in the queue. */
export interface QueuedPod {
  readonly info: PodInfo;
  /** When it came into the queue this time, in milliseconds of the clock. */
  readonly timestamp: number;
}

export interface QueueSortPlugin extends Plugin {
  /** Whether `a` goes before `b`. */
  less(a: QueuedPod, b: QueuedPod): boolean;
}

export interface PreEnqueuePlugin extends Plugin {
  /** A refused pod does not enter the active queue. */
  preEnqueue(pod: PodInfo): Verdict;
}

/** `skip`: the plugin's filter has nothing to say; `nodes`: only these can fit; `rejection`: none can. */
export type PreFilterResult =
  | { readonly kind: 'skip' }
  | { readonly kind: 'proceed'; readonly nodes?: ReadonlySet<string> }
  | { readonly kind: 'reject'; readonly rejection: Rejection };

export interface PreFilterPlugin extends Plugin {
  preFilter(cycle: CycleState, pod: PodInfo): PreFilterResult;
  /** Tells a plugin that keeps counts that preemption tries the cluster with one pod more or less. */
  addPod?(cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
  removePod?(cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
}

export interface FilterPlugin extends Plugin {
  filter(cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict;
}

/** What a post-filter did about a pod that fits nowhere. */
export interface PostFilterResult {
  /** The node that will have room once its victims are gone. */
  readonly nominatedNode?: string;
  /** Added to what the pod's event says. */
  readonly message: string;
  /** Pods to delete before the pod can run on the nominated node. */
  readonly victims?: readonly PodInfo[];
}

/** What a post-filter may ask of the engine. */
export interface PostFilterContext {
  readonly nodes: readonly NodeInfo[];
  /** Why each node was refused; a node that was not looked at is absent. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  /** All filters on a node, in a state and a copy of a node that the plugin may have changed. */
  filter(cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict;
  /** Takes a pod from a copied node and from what the pre-filters counted; and puts it back. */
  removePod(cycle: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo): void;
  addPod(cycle: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo): void;
}

export interface PostFilterPlugin extends Plugin {
  postFilter(cycle: CycleState, pod: PodInfo, context: PostFilterContext): PostFilterResult | undefined;
}

export interface PreScorePlugin extends Plugin {
  /** Returns `skip` when the plugin's score has nothing to say. */
  preScore(cycle: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): 'skip' | undefined;
}

export const maxNodeScore = 100;

export interface ScorePlugin extends Plugin {
  /** Any number when the plugin normalizes, else 0 to 100. */
  score(cycle: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Brings the scores of all nodes, in place, to 0 to 100. */
  normalize?(cycle: CycleState, pod: PodInfo, scores: number[], nodes: readonly NodeInfo[]): void;
}

export interface ReservePlugin extends Plugin {
  reserve(cycle: CycleState, pod: PodInfo, nodeName: string): Verdict;
  /** Takes back what reserve did; harmless when it did nothing. */
  unreserve(cycle: CycleState, pod: PodInfo, nodeName: string): void;
}

export interface PermitPlugin extends Plugin {
  /** Resolves when the pod may be bound; the signal aborts when the scheduler stops. */
  permit(cycle: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Verdict | Promise<Verdict>;
}

export interface PreBindPlugin extends Plugin {
  preBind(cycle: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Verdict>;
}

export interface BindPlugin extends Plugin {
  /** `skip` leaves the pod to the next bind plugin. Rejects when the binding failed. */
  bind(cycle: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<'bound' | 'skip'>;
}

export interface PostBindPlugin extends Plugin {
  postBind(cycle: CycleState, pod: PodInfo, nodeName: string): void;
}

/** Objects other than nodes and pods that plugins look up. */
export interface ObjectReader {
  services(namespace: string): readonly corev1.Service[];
  /** The selector of the controller that owns the pod, if it is of a kind that spreads its pods. */
  controllerSelector(pod: corev1.Pod): { readonly matchLabels?: Record<string, string> | undefined } | undefined;
  persistentVolumeClaim(namespace: string, name: string): corev1.PersistentVolumeClaim | undefined;
  persistentVolume(name: string): corev1.PersistentVolume | undefined;
  storageClassBindingMode(name: string): string | undefined;
  /** Disruption budgets: selector and how many more pods may go. */
  disruptionBudgets(namespace: string): readonly DisruptionBudget[];
}

export interface DisruptionBudget {
  readonly matches: (labels: Readonly<Record<string, string>> | undefined) => boolean;
  readonly disruptionsAllowed: number;
  readonly disruptedPods: ReadonlySet<string>;
}

/** What a plugin is made with. */
export interface PluginContext {
  readonly state: ClusterState;
  readonly objects: ObjectReader;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Binds by the API server; calls are gathered into batches. */
  bindPod(pod: PodInfo, nodeName: string): Promise<void>;
}

export type PluginFactory = (context: PluginContext, args: unknown) => Plugin;
