import type { corev1 } from '@skiff/contracts';
import { containerFieldPath, type SpecContainer } from './pods/pod';

/** Where events go; an EventRecorder of the client library is one. */
export interface EventSink {
  event(
    object: corev1.Pod | corev1.Node | corev1.ObjectReference,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    options?: { readonly fieldPath?: string },
  ): void;
}

/** Events about one container of a pod. */
export function containerEvent(
  sink: EventSink,
  pod: corev1.Pod,
  spec: SpecContainer,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  sink.event(pod, type, reason, message, { fieldPath: containerFieldPath(spec) });
}
