import { EventRecorder } from '@skiff/client-runtime';
import type { ComponentParts } from '@skiff/component-base';
import { Kubelet } from './kubelet';
import type { KubeletOptions } from './kubelet-options';

export type KubeletServiceOptions = Omit<
  KubeletOptions,
  'client' | 'clock' | 'random' | 'logger' | 'tracer' | 'events'
>;

export interface KubeletService {
  /** The agent, for those who serve the node's port. */
  readonly kubelet: Kubelet;
  /** Runs the pods of the node until the signal aborts; what runs on it goes on running. */
  run(signal: AbortSignal): Promise<void>;
}

/** The agent of one node, which tells of its pods by events. */
export function kubeletService(parts: ComponentParts, options: KubeletServiceOptions): KubeletService {
  const { client, clock, logger } = parts;
  const events = new EventRecorder(client, { component: 'kubelet', host: options.facts.name, clock, logger });
  const kubelet = new Kubelet({ ...parts, ...options, events });
  return {
    kubelet,
    async run(signal) {
      try {
        await kubelet.run(signal);
      } finally {
        await events.flush();
      }
    },
  };
}
