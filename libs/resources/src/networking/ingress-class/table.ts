import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

export const ingressClassTable: Table<networkingv1.IngressClass> = {
  columns: [
    nameColumn,
    column('Controller', 'Who serves it.'),
    column('Parameters', 'Where its settings are.'),
    ageColumn,
  ],
  cells: (ingressClass, now) => {
    const { controller, parameters } = ingressClass.spec ?? {};
    const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
    return [
      nameOf(ingressClass),
      controller ?? '',
      parameters ? `${parameters.kind ?? ''}${group}/${parameters.name ?? ''}` : '<none>',
      ageOf(ingressClass, now),
    ];
  },
};
