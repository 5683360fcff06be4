import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';

export const controllerRevisionTable: Table<appsv1.ControllerRevision> = {
  columns: [nameColumn, column('Controller', 'Whose revision it is.'), column('Revision', 'Its number.'), ageColumn],
  cells: (revision, now) => {
    const owner = revision.metadata?.ownerReferences?.find(({ controller }) => controller);
    const group = owner?.apiVersion?.includes('/') ? `.${owner.apiVersion.split('/')[0] ?? ''}` : '';
    const controller = owner ? `${(owner.kind ?? '').toLowerCase()}${group}/${owner.name ?? ''}` : '<none>';
    return [nameOf(revision), controller, revision.revision ?? 0, ageOf(revision, now)];
  },
};
