import type { Kind, metav1 } from '@skiff/contracts';
import {
  defaultNameRule,
  pathSegmentNameRule,
  validateFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
  ErrorList,
} from '@skiff/apimachinery';
import { clusterRules } from './rules/cluster';
import { coreRules } from './rules/core';
import { networkRules } from './rules/network';
import type { Rules } from './rules/rules';
import { storageRules } from './rules/storage';
import { workloadRules } from './rules/workloads';

const unstored = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

interface Meta {
  metadata?: metav1.ObjectMeta | undefined;
}

const rules = new Map(
  [coreRules, workloadRules, networkRules, storageRules, clusterRules]
    .flat()
    .map(({ message, rules: of }) => [message, of] as const),
);

function rulesOf<T>(kind: Kind<T>): Rules<T> {
  // Registered under the message that describes T.
  return (rules.get(kind.message) ?? {}) as Rules<T>;
}

/**
 * Holds a new, defaulted object to the rules of its kind. Throws a 422 StatusError
 * that names every mistake, in upstream's words and order.
 */
export function validateCreate<T extends Meta>(kind: Kind<T>, object: T): void {
  // Reviews are answered and never stored, so they need no name.
  if (unstored.has(kind.group)) return;
  const problems = new ErrorList();
  const { name = defaultNameRule, create } = rulesOf(kind);
  validateObjectMeta(object.metadata, kind.namespaced, name, 'metadata', problems);
  validateFinalizers(object.metadata, 'metadata', problems);
  create?.(object, problems);
  raise(kind, object, problems);
}

/**
 * Holds a changed object to the rules of its kind; `subresource` is empty for the
 * object itself. Throws as {@link validateCreate} does.
 */
export function validateUpdate<T extends Meta>(kind: Kind<T>, object: T, old: T, subresource: string): void {
  const problems = new ErrorList();
  const { create, update, subresources } = rulesOf(kind);
  // Upstream checks changed metadata as new metadata and as a change, and again in the kind's own rules.
  validateObjectMeta(object.metadata, kind.namespaced, pathSegmentNameRule, 'metadata', problems);
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', problems);
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', problems);
  validateFinalizers(object.metadata, 'metadata', problems);
  if (subresource !== '') subresources?.[subresource]?.(object, old, problems);
  else if (update) update(object, old, problems);
  else create?.(object, problems);
  raise(kind, object, problems);
}

/**
 * What is not wrong with an object but worth knowing, in upstream's words. `old` is
 * absent for a new object; changes through a subresource are not looked at.
 */
export function warningsFor<T extends Meta>(kind: Kind<T>, object: T, old: T | undefined): string[] {
  return rulesOf(kind).warnings?.(object, old) ?? [];
}

function raise<T extends Meta>(kind: Kind<T>, object: T, problems: ErrorList): void {
  const { group = kind.group } = rulesOf(kind);
  const error = problems.toError({ group, kind: kind.kind }, object.metadata?.name ?? '');
  if (error) throw error;
}
