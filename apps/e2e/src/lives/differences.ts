import { isObject, visitObjects, type Json, type JsonObject, type Life, type LifeEvent } from './life';

/**
 * A difference between the recorded 1.20 and the 1.35 that Skiff serves, each
 * reviewed. `recorded` rewrites what was recorded into what 1.35 does,
 * `observed` takes away what 1.35 adds.
 */
export interface Difference {
  readonly reason: string;
  readonly recorded?: (key: string, object: JsonObject) => void;
  readonly observed?: (key: string, object: JsonObject) => void;
  /** Undefined drops the event. */
  readonly recordedEvent?: (event: LifeEvent) => LifeEvent | undefined;
}

/** Cases that need a controller or plugin that is not there yet. */
export const pending: ReadonlyMap<string, string> = new Map([
  ['a volume claim that is not there', 'persistent volume claims'],
]);

export const differences: readonly Difference[] = [
  {
    reason: 'since 1.24 no secret is made for a service account; pods get a projected token (kube-api-access) instead',
    recorded: (key, object) => {
      if (key === 'ServiceAccount/default') delete object['secrets'];
      dropVolumes(object, /^default-token-/);
    },
    observed: (_key, object) => dropVolumes(object, /^kube-api-access-/),
  },
  {
    reason: 'since 1.34 a zero creationTimestamp is left out of pod templates; the mask drops it on both sides',
  },
  {
    reason:
      'since 1.29 pods have the condition PodReadyToStartContainers, since 1.28 hostIPs, since 1.33 observedGeneration and generation',
    observed: (key, object) => {
      if (!key.startsWith('Pod/') || !isObject(object['status']) || !isObject(object['metadata'])) return;
      const status = object['status'];
      delete status['hostIPs'];
      delete status['observedGeneration'];
      delete object['metadata']['generation'];
      if (!Array.isArray(status['conditions'])) return;
      status['conditions'] = status['conditions'].filter(
        (condition) => isObject(condition) && condition['type'] !== 'PodReadyToStartContainers',
      );
      for (const condition of status['conditions']) if (isObject(condition)) delete condition['observedGeneration'];
    },
  },
  {
    reason:
      'since 1.33 a container status shows its resources and allocated resources, since 1.31 its volume mounts and user',
    observed: (key, object) => {
      if (!key.startsWith('Pod/') || !isObject(object['status'])) return;
      for (const list of ['containerStatuses', 'initContainerStatuses']) {
        for (const status of asObjects(object['status'][list]))
          for (const field of ['resources', 'allocatedResources', 'volumeMounts', 'user']) delete status[field];
      }
    },
  },
  {
    reason: 'since 1.33 ReplicaSets, and since 1.35 Deployments, count terminating replicas',
    observed: (key, object) => {
      if (/^(ReplicaSet|Deployment)\//.test(key) && isObject(object['status']))
        delete object['status']['terminatingReplicas'];
    },
  },
  {
    reason: 'since 1.23 a scaling event tells the count before: "Scaled up replica set x from 0 to 2"',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        /^Scaled (up|down) replica set (\S+) to (\d+)$/,
        (_all, way: string, name: string, to: string) =>
          `Scaled ${way} replica set ${name} from ${way === 'up' ? (to === '2' ? '<n>' : Number(to) - 1) : Number(to) + 1} to ${to}`,
      ),
    }),
  },
  {
    reason: 'since 1.30 the event of an image that is there names who may use it',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        / already present on machine$/,
        ' already present on machine and can be accessed by the pod',
      ),
    }),
  },
  {
    reason: 'since 1.35 the events of a container made and started do not repeat its name, which the field path tells',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        /^(Created|Started) container \S+$/,
        (_all, what: string) => `Container ${what.toLowerCase()}`,
      ),
    }),
  },
  {
    reason: 'the service account controller of 1.20 retried the mount of a token that was not there yet',
    recordedEvent: (event) =>
      event.reason === 'FailedMount' && event.message.includes('default-token-') ? undefined : event,
  },
];

function asObjects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function dropVolumes(object: JsonObject, name: RegExp): void {
  const named = (item: Json): boolean => isObject(item) && name.test(String(item['name']));
  visitObjects(object, (item) => {
    for (const list of ['volumes', 'volumeMounts']) {
      const values = item[list];
      if (!Array.isArray(values)) continue;
      const kept = values.filter((value) => !named(value));
      if (kept.length === 0) delete item[list];
      else item[list] = kept;
    }
  });
}

/** The recorded life as 1.35 would have lived it. */
export function expectedLife(life: Life): Pick<Life, 'objects' | 'events'> {
  const objects = structuredClone(life.objects);
  for (const [key, object] of Object.entries(objects)) for (const { recorded } of differences) recorded?.(key, object);
  let events = life.events;
  for (const { recordedEvent } of differences)
    if (recordedEvent) events = events.map(recordedEvent).filter((event) => event !== undefined);
  return { objects, events };
}

/** What was observed, without what 1.35 adds. */
export function observedObjects(objects: { [key: string]: JsonObject }): { [key: string]: JsonObject } {
  const copy = structuredClone(objects);
  for (const [key, object] of Object.entries(copy)) for (const { observed } of differences) observed?.(key, object);
  return copy;
}
