import { column, nameColumn, nameOf, type ApiObject, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { templateCells, workloadColumns } from './template-columns';

/** What keeps a number of pods. */
interface Replicated extends ApiObject {
  readonly spec?:
    { readonly replicas?: number | undefined; readonly template?: corev1.PodTemplateSpec | undefined } | undefined;
  readonly status?: { readonly replicas?: number | undefined; readonly readyReplicas?: number | undefined } | undefined;
}

/** The table of a kind that keeps a number of pods, given the text of its selector. */
export function replicaTable<T extends Replicated>(selectorOf: (object: T) => string): Table<T> {
  return {
    columns: [
      nameColumn,
      column('Desired', 'Pods that are wanted.', { type: 'integer' }),
      column('Current', 'Pods that exist.', { type: 'integer' }),
      column('Ready', 'Pods that are ready.', { type: 'integer' }),
      ...workloadColumns,
    ],
    cells: (object, now) => [
      nameOf(object),
      object.spec?.replicas ?? 0,
      object.status?.replicas ?? 0,
      object.status?.readyReplicas ?? 0,
      ...templateCells(object, object.spec?.template, now),
      selectorOf(object),
    ],
  };
}
