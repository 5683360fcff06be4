import type { corev1 } from '@skiff/contracts';
import { containerFieldPath, type SpecContainer } from './pod-model/pod';

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
  { pod, spec }: { readonly pod: corev1.Pod; readonly spec: SpecContainer },
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  sink.event(pod, type, reason, message, { fieldPath: containerFieldPath(spec) });
}

/** An event about the node, which as upstream it names by its name in place of its uid. */
export function nodeEvent(
  sink: EventSink,
  name: string,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  sink.event({ kind: 'Node', apiVersion: 'v1', name, uid: name }, type, reason, message);
}
