import type { ResourceList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const annotation = 'kubernetes.io/limit-ranger';

interface Defaults {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

function containerDefaults({ spec }: corev1.LimitRange): Defaults {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return {
    requests: Object.assign({}, ...items.map((item) => item.defaultRequest ?? {})) as ResourceList,
    limits: Object.assign({}, ...items.map((item) => item.default ?? {})) as ResourceList,
  };
}

/** A container with what it did not say; `set` is told what that is, for people to read. */
function filled(container: corev1.Container, what: string, defaults: Defaults, set: string[]): corev1.Container {
  let { resources } = container;
  for (const side of ['requests', 'limits'] as const) {
    const own = resources?.[side] ?? {};
    const names = Object.keys(defaults[side]).filter((name) => own[name] === undefined);
    if (names.length === 0) continue;
    const added = Object.fromEntries(names.map((name) => [name, defaults[side][name] ?? '0']));
    resources = { ...resources, [side]: { ...own, ...added } };
    const kind = side === 'requests' ? 'request' : 'limit';
    set.push(`${names.sort().join(', ')} ${kind} for ${what} ${container.name ?? ''}`);
  }
  return resources === container.resources ? container : { ...container, ...(resources ? { resources } : {}) };
}

/** The pod with the requests and limits that a LimitRange has for containers that say none. */
export function withContainerDefaults(pod: corev1.Pod, range: corev1.LimitRange): corev1.Pod {
  const defaults = containerDefaults(range);
  const { containers, initContainers } = pod.spec ?? {};
  const set: string[] = [];
  const spec = {
    ...pod.spec,
    ...(containers ? { containers: containers.map((one) => filled(one, 'container', defaults, set)) } : {}),
    ...(initContainers
      ? { initContainers: initContainers.map((one) => filled(one, 'init container', defaults, set)) }
      : {}),
  };
  if (set.length === 0) return pod;
  const annotations = { ...pod.metadata?.annotations, [annotation]: `LimitRanger plugin set: ${set.join('; ')}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}
