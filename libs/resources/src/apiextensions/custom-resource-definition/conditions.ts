import type { apiextensionsv1 } from '@skiff/contracts';

type Definition = apiextensionsv1.CustomResourceDefinition;
export type DefinitionCondition = apiextensionsv1.CustomResourceDefinitionCondition;

/** The finalizer that keeps a definition until the objects that it defines are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const conditionOf = ({ status }: Definition, type: string): DefinitionCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export const isTrue = (definition: Definition, type: string): boolean =>
  conditionOf(definition, type)?.status === 'True';

/** The conditions with one that says this; its time changes with its status. The same list where nothing changes. */
export function withCondition(
  conditions: readonly DefinitionCondition[],
  next: Required<Pick<DefinitionCondition, 'type' | 'status' | 'reason' | 'message'>>,
  now: string,
): readonly DefinitionCondition[] {
  const before = conditions.find(({ type }) => type === next.type);
  if (!before) return [...conditions, { ...next, lastTransitionTime: now }];
  const { status, reason, message } = before;
  if (status === next.status && reason === next.reason && message === next.message) return conditions;
  const lastTransitionTime = status === next.status ? (before.lastTransitionTime ?? now) : now;
  return conditions.map((condition) => (condition === before ? { ...next, lastTransitionTime } : condition));
}
