import type { ComponentParts } from '@skiff/component-base';
import type { skiffschedulerv1 } from '@skiff/contracts';
import type { SchedulerConfig } from './config/scheduler-config';
import { SchedulerMetrics } from './engine/metrics';
import type { PluginRegistry } from './engine/profile';
import { Scheduler } from './engine/scheduler';

export interface SchedulerServiceOptions {
  /** Default: one profile with upstream's default plugins. */
  readonly config?: SchedulerConfig;
  /** Plugins beside the built-in ones. */
  readonly plugins?: PluginRegistry;
}

export interface SchedulerService {
  /**
   * Schedules until the signal aborts. May be called again then, as by one that leads again; it begins with nothing
   * from before, since what a former leader knew may be wrong by now.
   */
  run(signal: AbortSignal): Promise<void>;
  /** What is remembered of the last decision about a pod. */
  explain(namespace: string, name: string): skiffschedulerv1.ExplainResponse | undefined;
}

export function schedulerService(parts: ComponentParts, options: SchedulerServiceOptions): SchedulerService {
  const metrics = new SchedulerMetrics(parts.metrics);
  let current: Scheduler | undefined;
  return {
    run(signal) {
      current = new Scheduler({ ...parts, ...options, metrics });
      return current.run(signal);
    },
    explain: (namespace, name) => current?.explain(namespace, name),
  };
}
