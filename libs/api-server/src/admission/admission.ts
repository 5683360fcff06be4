import type { corev1, Kind, metav1 } from '@skiff/contracts';
import type { StatusError } from '@skiff/platform';
import { forbiddenResource } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';

export interface AdmittedObject {
  kind?: string | undefined;
  apiVersion?: string | undefined;
  metadata?: metav1.ObjectMeta | undefined;
}

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A write on its way to the store. */
export interface AdmissionRequest {
  readonly user: UserInfo;
  readonly operation: Operation;
  /** Empty for the core group. */
  readonly group: string;
  /** The plural name. */
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** Empty when it is yet to be generated, and for a deletion of many. */
  readonly name: string;
  readonly dryRun: boolean;
  /** What is to be written, in canonical form; a mutating plugin changes it in place. Absent on deletion. */
  readonly object?: AdmittedObject | undefined;
  /** What stands in the store; absent on creation. */
  readonly oldObject?: AdmittedObject | undefined;
  /** Tells the user something, without refusing. */
  warn(message: string): void;
}

/** Reads for plugins, from the caches; what was just written may be missing. */
export interface AdmissionReader {
  get<T extends AdmittedObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** Reads the newest version from the store. */
  getNewest<T extends AdmittedObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** An empty namespace: all. */
  list<T extends AdmittedObject>(kind: Kind<T>, namespace: string): Promise<readonly T[]>;
}

/** Looks at writes after authorization. Throws a StatusError to refuse. */
export interface AdmissionPlugin {
  /** The name by which flags turn it on and off, as upstream's. */
  readonly name: string;
  /** Changes the object of a creation or update; before validation. */
  mutate?(request: AdmissionRequest): Promise<void> | void;
  /** Refuses or accepts, without changing anything; after validation. The only one that is asked about deletions. */
  validate?(request: AdmissionRequest): Promise<void> | void;
}

/** Watches how long plugins take. */
export interface AdmissionObserver {
  /** The same plugin, watched. */
  measure(plugin: AdmissionPlugin): AdmissionPlugin;
  /** Runs what is asked of all plugins together: to change a write, or to accept it. */
  step(type: 'admit' | 'validate', request: AdmissionRequest, run: () => Promise<void>): Promise<void>;
}

/** Runs plugins one after another, in the order given. */
export class AdmissionChain {
  readonly #plugins: AdmissionPlugin[];
  readonly #observer: AdmissionObserver | undefined;

  constructor(plugins: readonly AdmissionPlugin[], observer?: AdmissionObserver) {
    this.#observer = observer;
    this.#plugins = plugins.map((plugin) => observer?.measure(plugin) ?? plugin);
  }

  /** Adds one at the end. */
  add(plugin: AdmissionPlugin): void {
    this.#plugins.push(this.#observer?.measure(plugin) ?? plugin);
  }

  mutate(request: AdmissionRequest): Promise<void> {
    const run = (): Promise<void> => this.#mutate(request);
    return this.#observer?.step('admit', request, run) ?? run();
  }

  validate(request: AdmissionRequest): Promise<void> {
    const run = (): Promise<void> => this.#validate(request);
    return this.#observer?.step('validate', request, run) ?? run();
  }

  async #mutate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#plugins) {
      // Most have nothing to wait for.
      const done = plugin.mutate?.(request);
      if (done) await done;
    }
  }

  async #validate(request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#plugins) {
      const done = plugin.validate?.(request);
      if (done) await done;
    }
  }
}

/** Why a plugin refuses, as upstream's admission.NewForbidden words it. */
export function refused(request: AdmissionRequest, text: string): StatusError {
  const { name: given, generateName } = request.object?.metadata ?? {};
  const name = request.name || given || generateName || 'Unknown';
  return forbiddenResource({ group: request.group, resource: request.resource }, name, text);
}

/** Whether a request writes objects of a resource (or a subresource of one). */
export function writes(request: AdmissionRequest, group: string, resource: string, subresource = ''): boolean {
  return request.group === group && request.resource === resource && request.subresource === subresource;
}

/** The pod that a request creates, if it does. */
export function createdPod(request: AdmissionRequest): corev1.Pod | undefined {
  return request.operation === 'CREATE' && writes(request, '', 'pods') ? (request.object as corev1.Pod) : undefined;
}
