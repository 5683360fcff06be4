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

/** Fills in what a container does not say; gives what it did, for people to read. */
function fill(container: corev1.Container, what: string, defaults: Defaults): string[] {
  return (['requests', 'limits'] as const).flatMap((side) => {
    const own = container.resources?.[side] ?? {};
    const names = Object.keys(defaults[side]).filter((name) => own[name] === undefined);
    if (names.length === 0) return [];
    const added = Object.fromEntries(names.map((name) => [name, defaults[side][name] ?? '0']));
    container.resources = { ...container.resources, [side]: { ...own, ...added } };
    const kind = side === 'requests' ? 'request' : 'limit';
    return [`${names.sort().join(', ')} ${kind} for ${what} ${container.name ?? ''}`];
  });
}

/** Gives the containers of a pod the requests and limits that a LimitRange has for those that say none. */
export function applyContainerDefaults(pod: corev1.Pod, range: corev1.LimitRange): void {
  const defaults = containerDefaults(range);
  const { spec } = pod;
  const set = [
    ...(spec?.containers ?? []).flatMap((container) => fill(container, 'container', defaults)),
    ...(spec?.initContainers ?? []).flatMap((container) => fill(container, 'init container', defaults)),
  ];
  if (set.length === 0) return;
  const annotations = { ...pod.metadata?.annotations, [annotation]: `LimitRanger plugin set: ${set.join('; ')}` };
  pod.metadata = { ...pod.metadata, annotations };
}
