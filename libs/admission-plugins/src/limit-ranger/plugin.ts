import type { ResourceList } from '@skiff/apimachinery';
import { podLimits, podRequests } from '@skiff/resources';
import { Kinds, type corev1 } from '@skiff/contracts';
import { refused, type AdmissionPlugin, type AdmissionReader } from '@skiff/api-server/admission';
import { maximumProblem, maximumRequestProblem, minimumProblem, ratioProblem, type Bound } from './constraints';
import { withContainerDefaults } from './defaults';

type Item = corev1.LimitRangeItem;

/** The bounds of one kind, by the name of their resource, each held to a check. */
function check(
  { type = '' }: Item,
  bounds: ResourceList | undefined,
  problem: (bound: Bound) => string | undefined,
): string[] {
  return Object.entries(bounds ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([resource, amount]) => problem({ type, resource, amount }) ?? []);
}

const checkAll = (item: Item, requests: ResourceList, limits: ResourceList): string[] => [
  ...check(item, item.min, (bound) => minimumProblem(bound, requests, limits)),
  ...check(item, item.max, (bound) => maximumProblem(bound, requests, limits)),
  ...check(item, item.maxLimitRequestRatio, (bound) => ratioProblem(bound, requests, limits)),
];

function podProblems(pod: corev1.Pod, range: corev1.LimitRange): string[] {
  return (range.spec?.limits ?? []).flatMap((item) => {
    if (item.type === 'Container')
      return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].flatMap(({ resources }) =>
        checkAll(item, resources?.requests ?? {}, resources?.limits ?? {}),
      );
    if (item.type !== 'Pod') return [];
    return checkAll(item, podRequests(pod, { overhead: false }), podLimits(pod, { overhead: false }));
  });
}

function claimProblems({ spec }: corev1.PersistentVolumeClaim, range: corev1.LimitRange): string[] {
  const requests = spec?.resources?.requests ?? {};
  return (range.spec?.limits ?? [])
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((item) => [
      ...check(item, item.min, (bound) => minimumProblem(bound, requests, {})),
      ...check(item, item.max, (bound) => maximumRequestProblem(bound, requests)),
    ]);
}

/** Several mistakes as Go's aggregate writes them. */
const aggregate = (problems: readonly string[]): string => {
  const unique = [...new Set(problems)];
  return unique.length === 1 ? (unique[0] ?? '') : `[${unique.join(', ')}]`;
};

/** Holds new pods, and claims, to the LimitRanges of their namespace, after giving containers their defaults. */
export function limitRanger(reader: AdmissionReader): AdmissionPlugin {
  const ranges = (namespace: string): Promise<readonly corev1.LimitRange[]> => reader.list(Kinds.LimitRange, namespace);
  return {
    name: 'LimitRanger',
    operations: ['CREATE', 'UPDATE'],
    mutate: {
      operations: ['CREATE'],
      resources: ['pods'],
      run: async ({ namespace, object }) =>
        (await ranges(namespace)).reduce(withContainerDefaults, object as corev1.Pod),
    },
    validate: {
      resources: ['pods', 'persistentvolumeclaims'],
      async run(request) {
        const isPod = request.resource.resource === 'pods';
        // Pods are held to it when they are new. What is going away need not fit any more.
        if (request.operation === 'UPDATE' && (isPod || request.object?.metadata?.deletionTimestamp)) return;
        for (const range of await ranges(request.namespace)) {
          const problems = isPod
            ? podProblems(request.object as corev1.Pod, range)
            : claimProblems(request.object as corev1.PersistentVolumeClaim, range);
          if (problems.length > 0) throw refused(request, aggregate(problems));
        }
      },
    },
  };
}
