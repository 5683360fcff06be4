import type {
  ClusterEvent,
  CycleState,
  FilterPlugin,
  NodeInfo,
  PluginFactory,
  PodInfo,
  ScorePlugin,
  Verdict,
} from '@skiff/scheduler';

/** What `pluginConfig` may say. */
interface Arguments {
  /** The label whose value names the application. Default: app. */
  readonly label?: string;
  /** How many pods of one application a node may hold. Default: 1. */
  readonly limit?: number;
}

/** Keeps a node from holding more than a few pods of one application, and prefers nodes with none of it. */
class AppLimit implements FilterPlugin, ScorePlugin {
  readonly name = 'AppLimit';
  private readonly label: string;
  private readonly limit: number;

  constructor({ label = 'app', limit = 1 }: Arguments) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError('AppLimit: limit: expected a whole number from 1');
    this.label = label;
    this.limit = limit;
  }

  filter(_cycle: CycleState, pod: PodInfo, node: NodeInfo): Verdict {
    if (this.count(pod, node) < this.limit) return undefined;
    // Removing a pod of the application would help, so preemption may try it.
    return { reasons: ['node(s) had as many pods of the application as AppLimit allows'], resolvable: true };
  }

  score(_cycle: CycleState, pod: PodInfo, node: NodeInfo): number {
    return Math.round(100 * (1 - this.count(pod, node) / this.limit));
  }

  /** A pod that was refused is tried again when a pod of its application goes, or a node comes. */
  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean =>
    (event.resource === 'Node' && event.action === 'add') ||
    (event.resource === 'Pod' && event.action === 'delete' && this.sameApp(pod, event.pod));

  private count(pod: PodInfo, node: NodeInfo): number {
    let count = 0;
    for (const other of node.pods.values()) if (this.sameApp(pod, other)) count += 1;
    return count;
  }

  private sameApp(pod: PodInfo, other: PodInfo): boolean {
    const app = pod.labels[this.label];
    return app !== undefined && other.namespace === pod.namespace && other.labels[this.label] === app;
  }
}

/** What the scheduler looks for in a module: factories by the name of the plugin. */
export const plugins: Readonly<Record<string, PluginFactory>> = {
  AppLimit: (_context, args) => new AppLimit((args ?? {}) as Arguments),
};
