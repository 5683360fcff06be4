import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { formatTime, invalid, StatusError, type Clock } from '@skiff/platform';
import type { ApiObject } from '../pipeline/admission';
import type { ActionHandler } from '../pipeline/subresource';
import { conflict } from './errors';
import type { Registry } from './registry';

/** Binds a pod to a node, once: pods/binding, and bindings. */
export function bindingAction(registry: () => Registry, clock: Clock): ActionHandler {
  return {
    kind: Kinds.Binding as Kind<ApiObject>,
    async handle({ namespace, name, object, user, dryRun, warn }) {
      const { target, metadata } = object as corev1.Binding;
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
      const change = (pod: corev1.Pod): corev1.Pod =>
        bind(pod, target.name ?? '', metadata?.uid, metadata?.annotations, clock);
      await registry()
        .of(Kinds.Pod)
        .update({ namespace, name, subresource: 'binding', change }, { user, dryRun, warn });
      return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as ApiObject;
    },
  };
}

function bind(
  pod: corev1.Pod,
  node: string,
  uid: string | undefined,
  annotations: Record<string, string> | undefined,
  clock: Clock,
): corev1.Pod {
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
  const scheduled: corev1.PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(clock.now()),
  };
  const others = (pod.status?.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(annotations ? { annotations: { ...pod.metadata?.annotations, ...annotations } } : {}),
    },
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}
