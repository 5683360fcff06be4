import type { corev1 } from '@skiff/contracts';
import { computeUsage } from './quota';

/** A quota of these makes every container say what it needs. */
const mandatory = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

function missingOf(resources: corev1.ResourceRequirements | undefined, required: readonly string[]): string[] {
  const said = computeUsage(resources?.requests ?? {}, resources?.limits ?? {});
  return required.filter((name) => said[name] === undefined);
}

/**
 * What a pod has to say and does not, so that a quota of these resources can count it, in
 * upstream's words; undefined when nothing is missing.
 */
export function constraintProblem({ spec }: corev1.Pod, resources: readonly string[]): string | undefined {
  const required = resources.filter((name) => mandatory.has(name));
  const containers = new Map<string, Set<string>>();
  const unsaid = missingOf(spec?.resources, required);
  for (const { name = '', resources: own } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])])
    for (const missing of missingOf(own, unsaid))
      containers.set(missing, (containers.get(missing) ?? new Set<string>()).add(name));
  if (containers.size === 0) return undefined;
  const parts = [...containers]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([resource, names]) => `${resource} for: ${[...names].sort().join(',')}`);
  return `must specify ${parts.join('; ')}`;
}
