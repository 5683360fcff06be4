import type { ErrorList } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { collisionsGrow, counts } from '../status-counts';

/** As ValidateDaemonSetStatusUpdate. */
export function validateDaemonSetStatus(
  { status }: appsv1.DaemonSet,
  { status: before }: appsv1.DaemonSet,
  to: ErrorList,
): void {
  counts(status, ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'], to);
  counts(status, ['observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'], to);
  counts(status, ['collisionCount'], to);
  collisionsGrow(status, before, to);
}
