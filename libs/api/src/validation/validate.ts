import { Kinds, type Kind, type metav1 } from '@skiff/contracts';
import { validateConfigMap, validateSecret } from './config';
import type { FieldError } from './field-error';
import { validateMetadata, validateMetadataUpdate } from './metadata';
import { validatePodSpec } from './pod';
import { validateService } from './service';
import { updateErrors } from './updates';
import { validateDeployment, validateJob, validateReplicated } from './workloads';

type Rule = (object: never) => FieldError[];
interface WithMetadata {
  metadata?: metav1.ObjectMeta | undefined;
}

const rules = new Map<string, Rule>();

function register<T>(kind: Kind<T>, rule: (object: T) => FieldError[]): void {
  rules.set(kind.message, rule);
}

register(Kinds.Pod, ({ spec }) => validatePodSpec(spec, 'spec'));
register(Kinds.Deployment, validateDeployment);
register(Kinds.ReplicaSet, validateReplicated);
register(Kinds.StatefulSet, validateReplicated);
register(Kinds.DaemonSet, validateReplicated);
register(Kinds.Job, validateJob);
register(Kinds.Service, validateService);
register(Kinds.ConfigMap, validateConfigMap);
register(Kinds.Secret, validateSecret);

/** Every mistake in a defaulted object, its name aside. */
export function validateObject<T extends WithMetadata>(kind: Kind<T>, object: T): FieldError[] {
  return [...validateMetadata(object.metadata), ...specificErrors(kind, object)];
}

/** Every mistake in a changed object, and in the change. */
export function validateObjectUpdate<T extends WithMetadata>(
  kind: Kind<T>,
  object: T,
  old: T,
  same: (a: unknown, b: unknown) => boolean,
): FieldError[] {
  const change = updateErrors(kind, object, old, same);
  // Upstream checks the change of metadata for all kinds, and for the kind again.
  return [
    ...validateMetadataUpdate(object.metadata, old.metadata),
    ...validateMetadataUpdate(object.metadata, old.metadata),
    ...validateMetadata(object.metadata),
    ...specificErrors(kind, object),
    ...change,
  ];
}

// The rule was registered for this kind.
const specificErrors = <T>(kind: Kind<T>, object: T): FieldError[] => rules.get(kind.message)?.(object as never) ?? [];
