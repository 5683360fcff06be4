import type { corev1, Kind } from '@skiff/contracts';
import type { ApiObject, StatusError } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { forbiddenResource, type Authorizer } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';

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
  readonly object?: ApiObject | undefined;
  /** What stands in the store; absent on creation. */
  readonly oldObject?: ApiObject | undefined;
  /** Tells the user something, without refusing. */
  warn(message: string): void;
}

/** Reads for plugins, from the caches; what was just written may be missing. */
export interface AdmissionReader {
  get<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** Reads the newest version from the store. */
  getNewest<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** An empty namespace: all. */
  list<T extends ApiObject>(kind: Kind<T>, namespace: string): Promise<readonly T[]>;
}

/** Writes of the server itself, which are not put through admission. */
export interface AdmissionWriter {
  /**
   * Writes the status that `change` makes of the newest version, which may be asked again when somebody else was
   * faster; what it throws is thrown. Throws NotFound for an object that is gone.
   */
  updateStatus<T extends ApiObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
    change: (current: T) => T,
  ): Promise<void>;
}

/** What plugins work with. */
export interface AdmissionParts {
  readonly reader: AdmissionReader;
  readonly writer: AdmissionWriter;
  /** Is asked for only when a request comes. */
  readonly authorizer: () => Authorizer;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
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

/** What is asked of plugins: to change a write, or to accept it. */
export type Phase = 'mutate' | 'validate';

/** Hears how long something took. */
export interface PhaseObserver {
  /**
   * @param began when it did, by the observer's clock.
   * @returns when it ended.
   */
  end(request: AdmissionRequest, began: number, rejected: boolean): number;
}

/** Watches how long plugins take. */
export interface AdmissionObserver {
  /** On the clock by which it measures. */
  now(): number;
  /** Watches one plugin, or, without a name, all together. */
  observe(phase: Phase, plugin?: string): PhaseObserver;
}

const nobody: AdmissionObserver = { now: () => 0, observe: () => ({ end: () => 0 }) };

/** What a plugin does in a phase. */
interface Step {
  readonly run: (request: AdmissionRequest) => Promise<void> | void;
  readonly observer: PhaseObserver;
}

/** Runs plugins one after another, in the order given. */
export class AdmissionChain {
  readonly #steps: Readonly<Record<Phase, Step[]>> = { mutate: [], validate: [] };
  readonly #together: Readonly<Record<Phase, PhaseObserver>>;
  readonly #observer: AdmissionObserver;

  constructor(plugins: readonly AdmissionPlugin[], observer = nobody) {
    this.#observer = observer;
    this.#together = { mutate: observer.observe('mutate'), validate: observer.observe('validate') };
    for (const plugin of plugins) this.#append(plugin);
  }

  /** Adds one at the end. */
  add(plugin: AdmissionPlugin): void {
    this.#append(plugin);
  }

  mutate(request: AdmissionRequest): Promise<void> {
    return this.#run('mutate', request);
  }

  validate(request: AdmissionRequest): Promise<void> {
    return this.#run('validate', request);
  }

  #append(plugin: AdmissionPlugin): void {
    for (const phase of ['mutate', 'validate'] as const) {
      const run = plugin[phase]?.bind(plugin);
      if (run) this.#steps[phase].push({ run, observer: this.#observer.observe(phase, plugin.name) });
    }
  }

  async #run(phase: Phase, request: AdmissionRequest): Promise<void> {
    const began = this.#observer.now();
    let last = began;
    for (const { run, observer } of this.#steps[phase]) {
      try {
        // Most have nothing to wait for.
        const done = run(request);
        if (done) await done;
      } catch (error) {
        observer.end(request, last, true);
        this.#together[phase].end(request, began, true);
        throw error;
      }
      last = observer.end(request, last, false);
    }
    this.#together[phase].end(request, began, false);
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
