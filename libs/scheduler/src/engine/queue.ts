import type { Clock } from '@skiff/platform';
import type { ClusterEvent, QueueingHint } from '../framework/cluster-event';
import type { QueuedPod } from '../framework/plugin';
import type { Rejection } from '../framework/verdict';
import type { PodInfo } from '../snapshot/pod-info';
import { Heap } from './heap';
import { newEntry, specChanged, type Entry, type Pool } from './queue-entry';

export interface QueueOptions {
  readonly clock: Clock;
  less(a: QueuedPod, b: QueuedPod): boolean;
  /** Why a pod may not be tried at all yet. */
  gate(pod: PodInfo): { readonly plugin: string; readonly rejection: Rejection } | undefined;
  /** The hint of a plugin of the pod's profile; undefined wakes the pod on every change. */
  hintOf(pod: PodInfo, plugin: string): QueueingHint | undefined;
  /** Called when a pod has become active. */
  readonly wake: () => void;
  /** Default: 1 s. */
  readonly initialBackoff?: number;
  /** Default: 10 s. */
  readonly maxBackoff?: number;
  /** After this, a pod that nothing has woken is tried again. Default: 5 min. */
  readonly longestWait?: number;
}

/**
 * Pods that wait to be placed: active ones in the order of the profile, ones that back
 * off after a failure, and ones that wait for a change in the cluster.
 */
export class SchedulingQueue {
  private readonly entries = new Map<string, Entry>();
  private readonly active: Heap<Entry>;
  private readonly waiting = new Map<string, Entry>();
  private readonly backingOff = new Heap<Entry>((a, b) => a.backoffUntil < b.backoffUntil);

  constructor(private readonly options: QueueOptions) {
    this.active = new Heap<Entry>((a, b) => options.less(a, b));
  }

  /** Takes in a pod that is new. */
  add(info: PodInfo): void {
    const entry = newEntry(info, this.options.clock.now());
    this.entries.set(info.key, entry);
    this.activate(entry);
  }

  /** A waiting pod has changed. */
  update(info: PodInfo, old: PodInfo): void {
    const entry = this.entries.get(info.key);
    if (!entry) return this.add(info);
    const reordered = info.priority !== old.priority;
    entry.info = info;
    if (entry.pool === 'active' && reordered) {
      this.active.remove(entry);
      this.active.push(entry);
    } else if (entry.pool === 'gated') this.activate(entry);
    else if (entry.pool === 'unschedulable' && specChanged(old, info))
      this.consider(entry, { resource: 'Pod', action: 'update', pod: info, old });
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.take(entry);
  }

  /** The next pod, which is out of the queue until it is given back or removed. */
  pop(): Entry | undefined {
    const entry = this.active.pop();
    if (entry) {
      entry.attempts += 1;
      this.entries.delete(entry.info.key);
    }
    return entry;
  }

  /** Gives back a pod that fits nowhere; a change that concerns these plugins wakes it. */
  setUnschedulable(entry: Entry, plugins: ReadonlySet<string>): void {
    entry.plugins = plugins;
    this.punish(entry);
    entry.pool = 'unschedulable';
    this.entries.set(entry.info.key, entry);
    this.waiting.set(entry.info.key, entry);
  }

  /** Gives back a pod whose placing failed for no fault of its own. */
  setBackoff(entry: Entry): void {
    this.punish(entry);
    entry.pool = 'backoff';
    this.entries.set(entry.info.key, entry);
    this.backingOff.push(entry);
  }

  /** Wakes the pods that a change may help. */
  moveOn(event: ClusterEvent): void {
    for (const entry of [...this.waiting.values()]) this.consider(entry, event);
  }

  /** Moves on what has waited long enough; to be called about once a second. */
  tick(): void {
    const now = this.options.clock.now();
    for (let entry = this.backingOff.peek(); entry && entry.backoffUntil <= now; entry = this.backingOff.peek()) {
      this.backingOff.pop();
      this.activate(entry);
    }
    for (const entry of [...this.waiting.values()])
      if (entry.pool === 'unschedulable' && now - entry.timestamp >= (this.options.longestWait ?? 300_000))
        this.requeue(entry);
  }

  /** How many pods each pool holds. */
  sizes(): Readonly<Record<Pool, number>> {
    let gated = 0;
    for (const { pool } of this.waiting.values()) if (pool === 'gated') gated += 1;
    return {
      active: this.active.size,
      backoff: this.backingOff.size,
      unschedulable: this.waiting.size - gated,
      gated,
    };
  }

  private consider(entry: Entry, event: ClusterEvent): void {
    const { info, plugins } = entry;
    if (entry.pool === 'gated') return;
    let woken = plugins.size === 0;
    for (const plugin of plugins) {
      const hint = this.options.hintOf(info, plugin);
      if (!hint || hint(info, event)) {
        woken = true;
        break;
      }
    }
    if (woken) this.requeue(entry);
  }

  private requeue(entry: Entry): void {
    this.waiting.delete(entry.info.key);
    if (entry.backoffUntil <= this.options.clock.now()) this.activate(entry);
    else {
      entry.pool = 'backoff';
      this.backingOff.push(entry);
    }
  }

  private activate(entry: Entry): void {
    const gate = this.options.gate(entry.info);
    this.waiting.delete(entry.info.key);
    if (gate) {
      entry.pool = 'gated';
      entry.plugins = new Set([gate.plugin]);
      this.waiting.set(entry.info.key, entry);
      return;
    }
    entry.pool = 'active';
    this.active.push(entry);
    this.options.wake();
  }

  private take(entry: Entry): void {
    if (entry.pool === 'active') this.active.remove(entry);
    else if (entry.pool === 'backoff') this.backingOff.remove(entry);
    else this.waiting.delete(entry.info.key);
  }

  private punish(entry: Entry): void {
    const { clock, initialBackoff = 1_000, maxBackoff = 10_000 } = this.options;
    entry.timestamp = clock.now();
    entry.backoffUntil = entry.timestamp + Math.min(maxBackoff, initialBackoff * 2 ** Math.min(30, entry.attempts - 1));
  }
}
