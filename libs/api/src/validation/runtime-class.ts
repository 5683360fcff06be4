import type { corev1, nodev1 } from '@skiff/contracts';
import { immutable, validateLabels, dns1123Label, child, repeated, sameKey, type ErrorList } from '@skiff/apimachinery';
import { validateResources } from './pod/resources';
import { validateTolerations } from './pod/scheduling';

function validateUniqueTolerations(tolerations: readonly corev1.Toleration[], path: string, to: ErrorList): void {
  // The path has the name twice, as upstream's.
  validateTolerations(tolerations, child(path, 'tolerations'), to);
  for (const [index, toleration] of repeated(tolerations, sameKey)) to.duplicate(`${path}[${index}]`, toleration);
}

/** Rules of a RuntimeClass. Upstream: ValidateRuntimeClass. */
export function validateRuntimeClass({ handler = '', overhead, scheduling }: nodev1.RuntimeClass, to: ErrorList): void {
  to.all('handler', handler, dns1123Label(handler));
  if (overhead) validateResources({ limits: overhead.podFixed ?? {} }, 'overhead', to);
  if (!scheduling) return;
  validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector', to);
  validateUniqueTolerations(scheduling.tolerations ?? [], 'scheduling.tolerations', to);
}

export function fixedHandler({ handler }: nodev1.RuntimeClass, old: nodev1.RuntimeClass, to: ErrorList): void {
  immutable(handler, old.handler, 'handler', to);
}
