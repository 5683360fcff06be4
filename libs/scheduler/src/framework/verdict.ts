/** Why a plugin refuses a node, or a pod everywhere. A plugin that passes returns undefined. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Whether removing other pods could change the answer (upstream: Unschedulable rather than UnschedulableAndUnresolvable). */
  readonly resolvable: boolean;
}

export type Verdict = Rejection | undefined;

/** The node is unsuitable now; removing pods from it may help. */
export const unschedulable = (...reasons: string[]): Rejection => ({ reasons, resolvable: true });

/** The node is unsuitable whatever pods are removed. */
export const unresolvable = (...reasons: string[]): Rejection => ({ reasons, resolvable: false });
