import { ErrorList } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { AdmissionReader, AdmissionRequest } from '@skiff/api-server/admission';
import { summarize, violations } from './evaluate';
import { isStricter, nameOf, policyOf, type Standard } from './policy';

/** As many pods are looked at when a namespace becomes stricter. */
const mostPods = 3_000;

/** What a stricter standard would have refused of the pods that are there: pods with the same fault share a line. */
async function warningsFor(reader: AdmissionReader, namespace: string, standard: Standard): Promise<string[]> {
  const pods = await reader.list(Kinds.Pod, namespace);
  const byFault = new Map<string, string[]>();
  for (const { metadata, spec } of pods.slice(0, mostPods)) {
    const fault = summarize(violations(metadata, spec, standard));
    if (fault === '') continue;
    const names = byFault.get(fault) ?? [];
    names.push(metadata?.name ?? '');
    byFault.set(fault, names);
  }
  const lines = [...byFault].map(([fault, names]) => {
    const [first = '', ...others] = names.sort();
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${fault}`;
  });
  return [
    ...(pods.length > mostPods
      ? [`new PodSecurity enforce level only checked against the first ${mostPods} of ${pods.length} existing pods`]
      : []),
    ...(lines.length > 0
      ? [
          `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(nameOf(standard))}`,
        ]
      : []),
    ...lines.sort(),
  ];
}

/** Refuses labels that make no sense, and warns of pods that a stricter namespace would not have let in. */
export async function validateNamespace(request: AdmissionRequest, reader: AdmissionReader): Promise<void> {
  const namespace = request.object as corev1.Namespace;
  const old = request.oldObject as corev1.Namespace | undefined;
  const [problems, before] = [new ErrorList(), new ErrorList()];
  const { enforce } = policyOf(namespace.metadata?.labels, problems);
  const { enforce: enforced } = policyOf(old?.metadata?.labels, before);
  const known = new Set(old ? before.causes.map(({ message }) => message) : []);
  const error = problems.toError(Kinds.Namespace, namespace.metadata?.name ?? '');
  // Labels that were wrong already may stay.
  if (error && problems.causes.some(({ message }) => !known.has(message))) throw error;
  if (!old || enforce.level === 'privileged') return;
  const same = nameOf(enforce) === nameOf(enforced);
  const relaxed = enforce.version === enforced.version && !isStricter(enforce.level, enforced.level);
  if (same || relaxed) return;
  for (const warning of await warningsFor(reader, namespace.metadata?.name ?? '', enforce)) request.warn(warning);
}
