import { child, type ErrorList, validateLabelSelector } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateLabelKeys } from './label-keys';

/** How evenly pods are to spread; upstream's validateTopologySpreadConstraints. */
export function validateSpread(
  constraints: readonly corev1.TopologySpreadConstraint[] | null | undefined,
  path: string,
  to: ErrorList,
): void {
  const pairs = (constraints ?? []).map(
    ({ topologyKey = '', whenUnsatisfiable = '' }) => `{${topologyKey}, ${whenUnsatisfiable}}`,
  );
  const last = new Map(pairs.map((pair, index) => [pair, index]));
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    if (maxSkew <= 0) to.invalid(child(at, 'maxSkew'), maxSkew, 'must be greater than zero');
    if (topologyKey === '') to.required(child(at, 'topologyKey'), 'can not be empty');
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    if (!actions.includes(whenUnsatisfiable))
      to.notSupported(child(at, 'whenUnsatisfiable'), whenUnsatisfiable, actions);
    const pair = pairs[index] ?? '';
    if ((last.get(pair) ?? 0) > index) to.duplicate(child(at, '{topologyKey, whenUnsatisfiable}'), pair);
    if (minDomains !== undefined) {
      if (minDomains <= 0) to.invalid(child(at, 'minDomains'), minDomains, 'must be greater than zero');
      if (whenUnsatisfiable !== 'DoNotSchedule')
        to.invalid(
          child(at, 'minDomains'),
          minDomains,
          `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
        );
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[name];
      if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore')
        to.notSupported(child(at, name), policy, ['Honor', 'Ignore']);
    }
    validateLabelKeys(constraint, at, to);
    validateLabelSelector(constraint.labelSelector, child(at, 'labelSelector'), to);
  }
}
