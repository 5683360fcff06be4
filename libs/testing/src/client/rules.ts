import { conflict, type ApiObject, type GroupResource } from '@skiff/apimachinery';
import { Kinds, type Kind, type metav1, type ResourceId } from '@skiff/contracts';

interface WithSpecAndStatus extends ApiObject {
  spec?: { finalizers?: string[]; nodeName?: string } & Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** The parts of an object that the rules of the API speak of. */
export function parts(object: ApiObject): WithSpecAndStatus {
  return object;
}

/** Whether a protobuf message describes the objects of a resource. */
export const isKind = (resource: ResourceId<ApiObject>): resource is Kind<ApiObject> => 'codec' in resource;

/** The resource of a kind, as errors name it. */
export function resourceOf(kind: ResourceId<ApiObject>): GroupResource {
  return { group: kind.group, resource: kind.plural };
}

/** Throws a Conflict when an object is not the one that the caller means. */
export function checkPreconditions(
  kind: ResourceId<ApiObject>,
  object: ApiObject,
  wanted: metav1.Preconditions | undefined,
): void {
  const { name = '', uid, resourceVersion } = object.metadata ?? {};
  if (wanted?.uid !== undefined && wanted.uid !== uid) {
    throw conflict(
      resourceOf(kind),
      name,
      `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`,
    );
  }
  if (wanted?.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw conflict(resourceOf(kind), name);
  }
}

/** What the API server sets on creation besides metadata. */
export function prepareForCreate(kind: ResourceId<ApiObject>, object: WithSpecAndStatus): void {
  if (kind === Kinds.Namespace) {
    object.spec = { ...object.spec, finalizers: object.spec?.finalizers ?? ['kubernetes'] };
    object.status ??= { phase: 'Active' };
  }
  if (kind === Kinds.Pod) object.status ??= { phase: 'Pending' };
}

/** What an update through a subresource, or past one, leaves as it was. */
export function mergeUpdate(
  subresource: string | undefined,
  old: WithSpecAndStatus,
  update: WithSpecAndStatus,
): WithSpecAndStatus {
  if (subresource === 'binding') return update;
  if (subresource === undefined) return { ...update, ...(old.status === undefined ? {} : { status: old.status }) };
  if (subresource === 'finalize') return { ...old, spec: { ...old.spec, finalizers: update.spec?.finalizers ?? [] } };
  const { annotations } = update.metadata ?? {};
  return { ...old, metadata: { ...old.metadata, ...(annotations && { annotations }) }, status: update.status ?? {} };
}

/** Finalizers that hold an object back once it is to be deleted. */
export function holders(kind: ResourceId<ApiObject>, object: WithSpecAndStatus): string[] {
  const own = kind === Kinds.Namespace ? (object.spec?.finalizers ?? []) : [];
  return [...(object.metadata?.finalizers ?? []), ...own];
}

/** Finalizers after a deletion with this policy. */
export function finalizersFor(policy: string | undefined, finalizers: readonly string[]): string[] {
  const others = finalizers.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan');
  if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
  if (policy === 'Orphan') return [...others, 'orphan'];
  return policy === 'Background' ? others : [...finalizers];
}

/** Seconds for which a deleted object stays: what a pod that runs on a node is given to end. */
export function graceOf(kind: ResourceId<ApiObject>, object: WithSpecAndStatus, asked: number | undefined): number {
  if (kind !== Kinds.Pod || !object.spec?.nodeName) return 0;
  if (['Succeeded', 'Failed'].includes(String(object.status?.['phase']))) return 0;
  return asked ?? Number(object.spec['terminationGracePeriodSeconds'] ?? 30);
}

/** A pod as its binding leaves it. Throws a Conflict when it has a node already. */
export function boundTo(pod: ApiObject, node: string, now: string): ApiObject {
  const { spec, status, metadata } = parts(pod);
  if (spec?.nodeName) {
    const why = `pod ${metadata?.name} is already assigned to node "${spec.nodeName}"`;
    throw conflict({ resource: 'pods/binding' }, metadata?.name ?? '', why);
  }
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now };
  const others = (status?.['conditions'] as { type?: string }[] | undefined) ?? [];
  const conditions = [...others.filter(({ type }) => type !== 'PodScheduled'), scheduled];
  const bound: WithSpecAndStatus = { ...pod, spec: { ...spec, nodeName: node }, status: { ...status, conditions } };
  return bound;
}
