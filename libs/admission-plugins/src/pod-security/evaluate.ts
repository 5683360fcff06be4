import type { corev1, metav1 } from '@skiff/contracts';
import { baselineChecks } from './baseline';
import { subjectOf, type Violation } from './check';
import type { Standard } from './policy';
import { replacedChecks, restrictedChecks } from './restricted';

/** The minor version whose standards are the latest. */
const latest = 35;

/** How a pod, or the template of one, fails a standard; empty when it does not. */
export function violations(
  meta: metav1.ObjectMeta | undefined,
  spec: corev1.PodSpec | undefined,
  { level, version }: Standard,
): Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? latest : Math.min(version, latest);
  const subject = subjectOf(meta ?? {}, spec ?? {}, minor);
  const checks =
    level === 'baseline'
      ? baselineChecks
      : [...baselineChecks.filter(({ id }) => (replacedChecks.get(id) ?? Infinity) > minor), ...restrictedChecks];
  return checks
    .filter(({ since, until = Infinity }) => since <= minor && minor < until)
    .flatMap((check) => check.run(subject) ?? []);
}

/** `privileged (container "c" must not …), hostPort (…)`. */
export const describe = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');

/** The reasons alone. */
export const summarize = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(', ');
