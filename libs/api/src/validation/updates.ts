import { Kinds, type appsv1, type batchv1, type corev1, type Kind, type rbacv1 } from '@skiff/contracts';
import { forbidden, invalidValue, quoted, type FieldError } from './field-error';
import { validateFrozen } from './config';
import { goSelector } from './workloads';

type Same = (a: unknown, b: unknown) => boolean;
type UpdateRule = (object: never, old: never, same: Same) => FieldError[];

const rules = new Map<string, UpdateRule>();

function register<T>(kind: Kind<T>, rule: (object: T, old: T, same: Same) => FieldError[]): void {
  rules.set(kind.message, rule);
}

const immutable = 'field is immutable';
const selectorRule = (
  object: appsv1.Deployment | appsv1.ReplicaSet | appsv1.DaemonSet,
  old: typeof object,
  same: Same,
): FieldError[] =>
  same(object.spec?.selector, old.spec?.selector)
    ? []
    : [invalidValue('spec.selector', goSelector(object.spec?.selector), immutable)];

/** What of a pod may change once it exists. */
function podRule(pod: corev1.Pod, old: corev1.Pod, same: Same): FieldError[] {
  const added = (pod.spec?.tolerations ?? []).length >= (old.spec?.tolerations ?? []).length;
  const images = (
    containers: readonly corev1.Container[] | null | undefined,
    from: readonly corev1.Container[] | null | undefined,
  ): unknown =>
    containers?.map((container, index) => ({ ...container, image: from?.[index]?.image }));
  const munged = {
    ...pod.spec,
    containers: images(pod.spec?.containers, old.spec?.containers),
    initContainers: images(pod.spec?.initContainers, old.spec?.initContainers),
    activeDeadlineSeconds: old.spec?.activeDeadlineSeconds,
    terminationGracePeriodSeconds:
      (old.spec?.terminationGracePeriodSeconds ?? 0) < 0 ? pod.spec?.terminationGracePeriodSeconds : undefined,
    schedulingGates: old.spec?.schedulingGates,
    ...(added ? { tolerations: old.spec?.tolerations } : {}),
  };
  const kept = { ...old.spec, terminationGracePeriodSeconds: munged.terminationGracePeriodSeconds };
  const sameGrace = pod.spec?.terminationGracePeriodSeconds === old.spec?.terminationGracePeriodSeconds;
  if (same(munged, kept) && (sameGrace || munged.terminationGracePeriodSeconds !== undefined)) return [];
  return [
    forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

function jobRule(job: batchv1.Job, old: batchv1.Job, same: Same): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = job;
  if (spec?.completionMode !== 'Indexed' && spec?.completions !== old.spec?.completions)
    errors.push(invalidValue('spec.completions', String(spec?.completions ?? 'null'), immutable));
  if (!same(spec?.selector, old.spec?.selector))
    errors.push(invalidValue('spec.selector', goSelector(spec?.selector), immutable));
  if (!old.spec?.suspend && !same(spec?.template, old.spec?.template))
    errors.push(invalidValue('spec.template', 'core.PodTemplateSpec{}', immutable));
  return errors;
}

const roleRule = (
  object: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding,
  old: typeof object,
  same: Same,
): FieldError[] => {
  const { apiGroup, kind, name } = object.roleRef ?? {};
  if (same(object.roleRef, old.roleRef)) return [];
  const text = `rbac.RoleRef{APIGroup:${quoted(apiGroup ?? '')}, Kind:${quoted(kind ?? '')}, Name:${quoted(name ?? '')}}`;
  return [invalidValue('roleRef', text, 'cannot change roleRef')];
};

register(Kinds.Deployment, selectorRule);
register(Kinds.ReplicaSet, selectorRule);
register(Kinds.DaemonSet, selectorRule);
register(Kinds.Pod, podRule);
register(Kinds.Job, jobRule);
register(Kinds.ConfigMap, validateFrozen);
register(Kinds.RoleBinding, roleRule);
register(Kinds.ClusterRoleBinding, roleRule);
register(Kinds.Secret, (secret, old, same) => [
  ...(secret.type === old.type ? [] : [invalidValue('type', quoted(secret.type ?? ''), immutable)]),
  ...validateFrozen(secret, old, same),
]);

/** What an update of a kind may not change. */
export function updateErrors<T>(kind: Kind<T>, object: T, old: T, same: Same): FieldError[] {
  // The rule was registered for this kind.
  return rules.get(kind.message)?.(object as never, old as never, same) ?? [];
}
