import type { corev1 } from '@skiff/contracts';
import { quantityToMilli, quantityToNumber } from '@skiff/apimachinery';

/** Amounts by resource: cpu in thousandths, all others in whole units. */
export interface Resources {
  cpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Extended resources and huge pages. */
  scalars: Map<string, number> | undefined;
}

const remembered = new Map<string, number>();

/** Amounts repeat, and parsing one costs a microsecond. */
function memoized(text: string, milli: boolean): number {
  const key = milli ? `m${text}` : text;
  let value = remembered.get(key);
  if (value === undefined) {
    value = milli ? quantityToMilli(text) : quantityToNumber(text);
    if (remembered.size > 10_000) remembered.clear();
    remembered.set(key, value);
  }
  return value;
}

export const noResources = (): Resources => ({ cpu: 0, memory: 0, ephemeralStorage: 0, scalars: undefined });

export function parseResources(list: Readonly<Record<string, string>> | undefined): Resources {
  const resources = noResources();
  for (const [name, text] of Object.entries(list ?? {})) {
    if (name === 'cpu') resources.cpu = memoized(text, true);
    else if (name === 'memory') resources.memory = memoized(text, false);
    else if (name === 'ephemeral-storage') resources.ephemeralStorage = memoized(text, false);
    else if (name !== 'pods') (resources.scalars ??= new Map()).set(name, memoized(text, false));
  }
  return resources;
}

/** Adds `sign` times `other` to `target`. */
export function accumulate(target: Resources, other: Resources, sign: 1 | -1 = 1): void {
  target.cpu += sign * other.cpu;
  target.memory += sign * other.memory;
  target.ephemeralStorage += sign * other.ephemeralStorage;
  for (const [name, amount] of other.scalars ?? []) {
    const scalars = (target.scalars ??= new Map());
    const sum = (scalars.get(name) ?? 0) + sign * amount;
    if (sum === 0) scalars.delete(name);
    else scalars.set(name, sum);
  }
}

function raise(target: Resources, other: Resources): void {
  target.cpu = Math.max(target.cpu, other.cpu);
  target.memory = Math.max(target.memory, other.memory);
  target.ephemeralStorage = Math.max(target.ephemeralStorage, other.ephemeralStorage);
  for (const [name, amount] of other.scalars ?? []) {
    const scalars = (target.scalars ??= new Map());
    scalars.set(name, Math.max(scalars.get(name) ?? 0, amount));
  }
}

/** What upstream's scoring assumes of a container that requests nothing: 100m and 200Mi. */
const assumedCpu = 100;
const assumedMemory = 200 * 1024 * 1024;

function containerRequests(container: corev1.Container, assume: boolean): Resources {
  const requests = parseResources(container.resources?.requests);
  if (assume) {
    const given = container.resources?.requests;
    if (given?.['cpu'] === undefined) requests.cpu = assumedCpu;
    if (given?.['memory'] === undefined) requests.memory = assumedMemory;
  }
  return requests;
}

/**
 * What a pod needs at most at any time: all containers and sidecars together, or an
 * init container with the sidecars before it, plus the overhead; requests of the pod
 * as a whole go before those of its containers.
 */
export function podRequests(spec: corev1.PodSpec | undefined, assume = false): Resources {
  const total = noResources();
  for (const container of spec?.containers ?? []) accumulate(total, containerRequests(container, assume));
  const sidecars = noResources();
  const highest = noResources();
  for (const container of spec?.initContainers ?? []) {
    const requests = containerRequests(container, assume);
    if (container.restartPolicy === 'Always') {
      accumulate(total, requests);
      accumulate(sidecars, requests);
      raise(highest, sidecars);
    } else {
      accumulate(requests, sidecars);
      raise(highest, requests);
    }
  }
  raise(total, highest);
  const whole = spec?.resources?.requests;
  if (whole) {
    const given = parseResources(whole);
    if (whole['cpu'] !== undefined) total.cpu = given.cpu;
    if (whole['memory'] !== undefined) total.memory = given.memory;
    for (const [name, amount] of given.scalars ?? []) (total.scalars ??= new Map()).set(name, amount);
  }
  if (spec?.overhead) accumulate(total, parseResources(spec.overhead));
  return total;
}
