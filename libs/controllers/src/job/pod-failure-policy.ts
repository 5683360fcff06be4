import type { batchv1, corev1 } from '@skiff/contracts';

/** What a job's policy says about a failed pod; no rule matching counts it. */
export interface FailureVerdict {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** Of FailJob: which rule, and why. */
  readonly message?: string;
}

function exitedContainer(
  pod: corev1.Pod,
  requirement: batchv1.PodFailurePolicyOnExitCodesRequirement,
): { name: string; code: number } | undefined {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const status of statuses) {
    const code = status.state?.terminated?.exitCode ?? 0;
    if (code === 0 || (requirement.containerName && requirement.containerName !== status.name)) continue;
    const listed = (requirement.values ?? []).includes(code);
    if (requirement.operator === 'In' ? listed : requirement.operator === 'NotIn' && !listed) {
      return { name: status.name ?? '', code };
    }
  }
  return undefined;
}

function matchedCondition(
  pod: corev1.Pod,
  patterns: readonly batchv1.PodFailurePolicyOnPodConditionsPattern[],
): string | undefined {
  return pod.status?.conditions?.find((condition) =>
    patterns.some((pattern) => pattern.type === condition.type && (pattern.status ?? 'True') === condition.status),
  )?.type;
}

/** Applies the first rule that a failed pod matches. As matchPodFailurePolicy. */
export function judgeFailure(policy: batchv1.PodFailurePolicy | undefined, pod: corev1.Pod): FailureVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const action = rule.action;
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    let cause: string | undefined;
    if (rule.onExitCodes) {
      const exited = exitedContainer(pod, rule.onExitCodes);
      if (exited) cause = `Container ${exited.name} for pod ${name} failed with exit code ${exited.code}`;
    } else {
      const condition = matchedCondition(pod, rule.onPodConditions ?? []);
      if (condition !== undefined) cause = `Pod ${name} has condition ${condition}`;
    }
    if (cause === undefined) continue;
    if (action === 'Ignore' || action === 'Count' || action === 'FailIndex') return { action };
    if (action === 'FailJob') return { action, message: `${cause} matching FailJob rule at index ${index}` };
  }
  return { action: 'Count' };
}
