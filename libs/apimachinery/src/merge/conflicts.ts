import type { metav1 } from '@skiff/contracts';
import { StatusError } from '../status/status-error';
import { pathsOf } from './element-text';
import type { FieldSet } from './field-set';

/** Fields that an applier would change, and the manager who owns them. */
export interface Conflict {
  readonly manager: metav1.ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/**
 * 409 with a cause for each field in conflict.
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go.
 */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const told = conflicts.map(({ manager, fields }) => ({ manager: managerText(manager), paths: pathsOf(fields) }));
  const causes = told.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field })),
  );
  const [only, ...others] = causes;
  const message =
    only && others.length === 0
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${told.flatMap(linesOf).join('\n')}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

const linesOf = ({ manager, paths }: { manager: string; paths: readonly string[] }): string[] => [
  `conflicts with ${manager}:`,
  ...paths.map((path) => `- ${path}`),
];

function managerText({ manager, subresource, operation, apiVersion }: metav1.ManagedFieldsEntry): string {
  const name = JSON.stringify(manager ?? '');
  const through = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
  return `${name}${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
