import type { ApiObject } from '@skiff/client';
import { Kinds, type Kind, type metav1 } from '@skiff/contracts';
import { StatusError } from '@skiff/platform';

interface WithSpecAndStatus extends ApiObject {
  spec?: { finalizers?: string[]; nodeName?: string } & Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** The parts of an object that the rules of the API speak of. */
export function parts(object: ApiObject): WithSpecAndStatus {
  return object;
}

export function notFound(kind: Kind<ApiObject>, name: string): StatusError {
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  return new StatusError(404, 'NotFound', `${resource} "${name}" not found`, {
    name,
    group: kind.group,
    kind: kind.plural,
  });
}

export function alreadyExists(kind: Kind<ApiObject>, name: string): StatusError {
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  return new StatusError(409, 'AlreadyExists', `${resource} "${name}" already exists`, {
    name,
    group: kind.group,
    kind: kind.plural,
  });
}

export function conflict(kind: Kind<ApiObject>, name: string, why: string): StatusError {
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, {
    name,
    group: kind.group,
    kind: kind.plural,
  });
}

/** Throws a Conflict when an object is not the one that the caller means. */
export function checkPreconditions(
  kind: Kind<ApiObject>,
  object: ApiObject,
  wanted: metav1.Preconditions | undefined,
): void {
  const { name = '', uid, resourceVersion } = object.metadata ?? {};
  if (wanted?.uid !== undefined && wanted.uid !== uid) {
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`);
  }
  if (wanted?.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw conflict(
      kind,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
}

/** What the API server sets on creation besides metadata. */
export function prepareForCreate(kind: Kind<ApiObject>, object: WithSpecAndStatus): void {
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
  if (subresource === undefined) return { ...update, ...(old.status === undefined ? {} : { status: old.status }) };
  if (subresource === 'finalize') return { ...old, spec: { ...old.spec, finalizers: update.spec?.finalizers ?? [] } };
  const { annotations } = update.metadata ?? {};
  return { ...old, metadata: { ...old.metadata, ...(annotations && { annotations }) }, status: update.status ?? {} };
}

/** Finalizers that hold an object back once it is to be deleted. */
export function holders(kind: Kind<ApiObject>, object: WithSpecAndStatus): string[] {
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
export function graceOf(kind: Kind<ApiObject>, object: WithSpecAndStatus, asked: number | undefined): number {
  if (kind !== Kinds.Pod || !object.spec?.nodeName) return 0;
  if (['Succeeded', 'Failed'].includes(String(object.status?.['phase']))) return 0;
  return asked ?? Number(object.spec['terminationGracePeriodSeconds'] ?? 30);
}
