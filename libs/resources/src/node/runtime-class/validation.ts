import {
  child,
  dns1123Label,
  type ErrorList,
  immutable,
  repeated,
  sameKey,
  validateLabels,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1, nodev1 } from '@skiff/contracts';
import { validateResources } from '../../core/pod/validation/resources';
import { validateTolerations } from '../../core/pod/validation/scheduling';
import { warningsForRuntimeClass } from './warnings';

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

export const runtimeClassValidation: Validation<nodev1.RuntimeClass> = {
  create: validateRuntimeClass,
  update: fixedHandler,
  warnings: warningsForRuntimeClass,
};
