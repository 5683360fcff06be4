import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import { formatTime, type Clock } from '@skiff/platform';
import { invalid, StatusError, type ApiObject } from '@skiff/apimachinery';
import { admitAction, type AdmissionParts } from '../admission/action';
import { admissionTarget } from '../admission/target';
import type { ActionHandler } from '../request/handlers';
import { conflict } from '../registry/errors';
import type { Registry } from '../registry/registry';

const podsBinding = admissionTarget(Kinds.Pod, 'binding', Kinds.Binding);

export interface BindingOptions extends AdmissionParts {
  readonly registry: Registry;
  readonly clock: Clock;
}

/** Binds a pod to a node, once: pods/binding, and bindings. */
export function bindingAction(options: BindingOptions): ActionHandler<corev1.Binding> {
  const { registry, clock } = options;
  return async (request) => {
    const { namespace, name } = request;
    const { target } = request.object;
    if (!target?.name)
      throw invalid(Kinds.Binding, name, [
        { reason: 'FieldValueRequired', message: 'Required value', field: 'target.name' },
      ]);
    if (target.kind && target.kind !== 'Node')
      throw invalid(Kinds.Binding, name, [
        {
          reason: 'FieldValueNotSupported',
          message: `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`,
          field: 'target.kind',
        },
      ]);
    const binding = (await admitAction(options, podsBinding, request)) as corev1.Binding;
    await registry
      .of(Kinds.Pod)
      .writeDirectly(namespace, name, (pod) => bind(pod, target.name ?? '', binding.metadata, clock), request);
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as ApiObject;
  };
}

function bind(pod: corev1.Pod, node: string, binding: metav1.ObjectMeta | undefined, clock: Clock): corev1.Pod {
  requireUnbound(pod, binding?.uid);
  const scheduled: corev1.PodCondition = {
    type: 'PodScheduled',
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(clock.now()),
  };
  const others = (pod.status?.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(binding?.annotations ? { annotations: { ...pod.metadata?.annotations, ...binding.annotations } } : {}),
      // What the pod says itself stays.
      ...(binding?.labels ? { labels: { ...binding.labels, ...pod.metadata?.labels } } : {}),
    },
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}

function requireUnbound(pod: corev1.Pod, uid: string | undefined): void {
  const name = pod.metadata?.name ?? '';
  if (uid && uid !== pod.metadata?.uid)
    throw conflict(
      Kinds.Pod,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata?.uid}`,
    );
  if (pod.metadata?.deletionTimestamp)
    throw conflict(
      { group: '', plural: 'pods/binding' },
      name,
      `pod ${name} is being deleted, cannot be assigned to a host`,
    );
  if (pod.spec?.nodeName)
    throw conflict(
      { group: '', plural: 'pods/binding' },
      name,
      `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
    );
  if (pod.spec?.schedulingGates?.length)
    throw new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding ${JSON.stringify(name)}: pod ${name} has non-empty .spec.schedulingGates`,
      { name, kind: 'pods/binding' },
    );
}
