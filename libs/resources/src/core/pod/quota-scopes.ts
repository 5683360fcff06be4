import type { corev1 } from '@skiff/contracts';
import { qosClass } from './qos';

type Term = corev1.ScopedResourceSelectorRequirement;

function matchesPriority(name: string, { operator, values }: Term): boolean {
  switch (operator) {
    case 'In':
      return values?.includes(name) ?? false;
    case 'NotIn':
      return !values?.includes(name);
    case 'DoesNotExist':
      return name === '';
    default:
      return name !== '';
  }
}

/** Whether a pod looks at pods of other namespaces to choose its node. */
function crossesNamespaces({ spec }: corev1.Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) =>
    [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        ({ podAffinityTerm }) => podAffinityTerm ?? {},
      ),
    ].some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined),
  );
}

/** Whether a pod falls into a scope. Upstream: pkg/quota/v1/evaluator/core, podMatchesScopeFunc. */
export function podMatchesScope(pod: corev1.Pod, term: Term): boolean {
  const deadline = pod.spec?.activeDeadlineSeconds;
  switch (term.scopeName) {
    case 'Terminating':
      return deadline !== undefined && deadline >= 0;
    case 'NotTerminating':
      return deadline === undefined || deadline < 0;
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return matchesPriority(pod.spec?.priorityClassName ?? '', term);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod);
    default:
      return false;
  }
}
