import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { hasReason, type ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Informer } from '@skiff/client-runtime';
import type { Clock, Logger } from '@skiff/platform';
import type { ObjectLookup } from '../pod-model/env';

export interface ObjectCacheOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An object that somebody looked up has changed. */
  onChange(namespace: string): void;
}

interface Followed<T extends ApiObject> {
  readonly informer: Informer<T>;
  readonly synced: Promise<void>;
  readonly stop: AbortController;
}

/**
 * ConfigMaps and Secrets that pods of this node refer to. Each is followed by a
 * watch of its own from the first look at it, so that the kubelet sees no other
 * secret and looks cost nothing after the first.
 */
export class ObjectCache implements ObjectLookup {
  private readonly configMaps = new Map<string, Followed<corev1.ConfigMap>>();
  private readonly secrets = new Map<string, Followed<corev1.Secret>>();
  private stopped = false;

  constructor(private readonly options: ObjectCacheOptions) {}

  configMap(namespace: string, name: string): Promise<corev1.ConfigMap | undefined> {
    return this.look(Kinds.ConfigMap, this.configMaps, namespace, name);
  }

  secret(namespace: string, name: string): Promise<corev1.Secret | undefined> {
    return this.look(Kinds.Secret, this.secrets, namespace, name);
  }

  /** Stops following what none of these pods refers to. */
  retain(pods: readonly corev1.Pod[]): void {
    const wanted = new Set(pods.flatMap(references));
    for (const [kind, map] of [
      ['configMap', this.configMaps],
      ['secret', this.secrets],
    ] as const) {
      for (const [key, followed] of map) {
        if (wanted.has(`${kind}/${key}`)) continue;
        followed.stop.abort();
        map.delete(key);
      }
    }
  }

  /** Follows nothing any more; who looks for something that is not known yet is refused. */
  stop(): void {
    this.stopped = true;
    this.retain([]);
  }

  private async look<T extends ApiObject>(
    kind: Kind<T>,
    map: Map<string, Followed<T>>,
    namespace: string,
    name: string,
  ): Promise<T | undefined> {
    const key = `${namespace}/${name}`;
    let followed = map.get(key);
    if (followed === undefined) {
      followed = this.follow(kind, namespace, name);
      map.set(key, followed);
    }
    await followed.synced;
    const cached = followed.informer.get(key);
    if (cached !== undefined) return cached;
    // It may have come into being a moment ago: a miss is asked for again.
    try {
      return await this.options.client.get(kind, { namespace, name });
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  private follow<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Followed<T> {
    const { client, clock, logger, onChange } = this.options;
    const informer = new Informer<T>(client, kind, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      clock,
      logger,
    });
    const change = (): void => {
      if (informer.hasSynced) onChange(namespace);
    };
    informer.subscribe({ added: change, updated: change, deleted: change });
    const stop = new AbortController();
    if (this.stopped) stop.abort(new Error('the kubelet has stopped'));
    const synced = informer.start(stop.signal);
    synced.catch((error: unknown) => {
      if (!stop.signal.aborted) logger.warn('an object could not be followed', { namespace, name, error });
    });
    return { informer, synced, stop };
  }
}

function references(pod: corev1.Pod): string[] {
  const namespace = pod.metadata?.namespace ?? '';
  const found: string[] = [];
  const add = (kind: 'configMap' | 'secret', name: string | undefined): void => {
    if (name !== undefined) found.push(`${kind}/${namespace}/${name}`);
  };
  const spec = pod.spec;
  for (const container of [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ]) {
    for (const source of container.envFrom ?? []) {
      add('configMap', source.configMapRef?.name);
      add('secret', source.secretRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add('configMap', valueFrom?.configMapKeyRef?.name);
      add('secret', valueFrom?.secretKeyRef?.name);
    }
  }
  for (const secret of spec?.imagePullSecrets ?? []) add('secret', secret.name);
  for (const volume of spec?.volumes ?? []) {
    add('configMap', volume.configMap?.name);
    add('secret', volume.secret?.secretName);
    for (const source of volume.projected?.sources ?? []) {
      add('configMap', source.configMap?.name);
      add('secret', source.secret?.name);
    }
  }
  return found;
}
