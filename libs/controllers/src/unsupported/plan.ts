import type { ApiObject } from '@skiff/apimachinery';

interface Condition {
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** An object whose status may have conditions. */
export interface WithConditions extends ApiObject {
  readonly status?: { readonly conditions?: readonly Condition[] | null | undefined } | undefined;
}

/** The object with a condition that is False; undefined when it has it. `now` is an RFC 3339 time. */
export function withCondition(
  object: WithConditions,
  { type, reason, message }: { readonly type: string; readonly reason: string; readonly message: string },
  now: string,
): WithConditions | undefined {
  const conditions = object.status?.conditions ?? [];
  const current = conditions.find((condition) => condition.type === type);
  if (current?.status === 'False' && current.reason === reason && current.message === message) return undefined;
  const wanted = { type, status: 'False', reason, message, lastTransitionTime: now };
  const others = conditions.filter((condition) => condition.type !== type);
  return { ...object, status: { ...object.status, conditions: [...others, wanted] } };
}
