import {
  child,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  qualifiedName,
  validateLabelSelector,
  validLabelValue,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateLabelKeys } from './label-keys';

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTaintEffect(effect: string, path: string, to: ErrorList): void {
  if (!taintEffects.includes(effect)) to.notSupported(path, effect, taintEffects);
}

export function validateTolerations(
  tolerations: readonly corev1.Toleration[] | null | undefined,
  path: string,
  to: ErrorList,
): void {
  for (const [index, toleration] of (tolerations ?? []).entries()) {
    const at = `${path}[${index}]`;
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
    if (key) to.all(child(at, 'key'), key, qualifiedName(key));
    if (key === '' && operator !== 'Exists')
      to.invalid(
        child(at, 'operator'),
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      to.invalid(child(at, 'effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === 'Equal' || operator === '') {
      const messages = validLabelValue(value);
      if (messages.length > 0) to.invalid(child(at, 'operator'), value, messages.join(';'));
    } else if (operator === 'Exists') {
      if (value) to.invalid(child(at, 'operator'), value, "value must be empty when `operator` is 'Exists'");
    } else to.notSupported(child(at, 'operator'), operator, ['Equal', 'Exists']);
    if (effect) validateTaintEffect(effect, child(at, 'effect'), to);
  }
}

function validateRequirement(term: corev1.NodeSelectorRequirement, path: string, to: ErrorList): void {
  const { key = '', operator = '', values } = term;
  const count = values?.length ?? 0;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count === 0) to.required(child(path, 'values'), "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0)
        to.forbidden(child(path, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    case 'Gt':
    case 'Lt':
      if (count !== 1)
        to.required(child(path, 'values'), "must be specified single value when `operator` is 'Lt' or 'Gt'");
      break;
    default:
      to.invalid(child(path, 'operator'), operator, 'not a valid selector operator');
  }
  to.all(child(path, 'key'), key, qualifiedName(key));
}

/** What is only preferred may name values that no label can have. */
function validateNodeTerm(term: corev1.NodeSelectorTerm, isRequired: boolean, path: string, to: ErrorList): void {
  for (const [index, expression] of (term.matchExpressions ?? []).entries()) {
    const at = `${child(path, 'matchExpressions')}[${index}]`;
    validateRequirement(expression, at, to);
    if (!isRequired) continue;
    for (const [position, value] of (expression.values ?? []).entries())
      to.all(`${child(at, 'values')}[${position}]`, value, validLabelValue(value));
  }
  for (const [index, expression] of (term.matchFields ?? []).entries()) {
    const at = `${child(path, 'matchFields')}[${index}]`;
    const { key = '', operator = '', values } = expression;
    if (operator === 'In' || operator === 'NotIn') {
      if (values?.length !== 1)
        to.required(
          child(at, 'values'),
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        );
    } else to.invalid(child(at, 'operator'), operator, 'not a valid selector operator');
    if (key !== 'metadata.name') to.invalid(child(at, 'key'), key, 'not a valid field selector key');
    else
      for (const [position, value] of (values ?? []).entries())
        to.all(`${child(at, 'values')}[${position}]`, value, dns1123Subdomain(value));
  }
}

export function validateNodeSelector(selector: corev1.NodeSelector, path: string, to: ErrorList): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) to.required(child(path, 'nodeSelectorTerms'), 'must have at least one node selector term');
  for (const [index, term] of terms.entries())
    validateNodeTerm(term, true, `${child(path, 'nodeSelectorTerms')}[${index}]`, to);
}

function validateWeight(weight: number | undefined, path: string, to: ErrorList): void {
  if (weight === undefined || weight <= 0 || weight > 100)
    to.invalid(child(path, 'weight'), weight ?? 0, 'must be in the range 1-100');
}

function validatePodTerm(term: corev1.PodAffinityTerm | undefined, path: string, to: ErrorList): void {
  validateLabelSelector(term?.labelSelector, child(path, 'labelSelector'), to);
  validateLabelSelector(term?.namespaceSelector, child(path, 'namespaceSelector'), to);
  for (const name of term?.namespaces ?? []) to.all(child(path, 'namespace'), name, dns1123Label(name));
  if (term) validateLabelKeys(term, path, to);
  const key = term?.topologyKey ?? '';
  if (key === '') to.required(child(path, 'topologyKey'), 'can not be empty');
  to.all(child(path, 'topologyKey'), key, qualifiedName(key));
}

const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution';

const preferredName = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: corev1.Affinity | undefined, path: string, to: ErrorList): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  if (nodeAffinity) {
    const at = child(path, 'nodeAffinity');
    const needed = nodeAffinity[requiredName];
    if (needed) validateNodeSelector(needed, child(at, requiredName), to);
    for (const [index, term] of (nodeAffinity[preferredName] ?? []).entries()) {
      const termAt = `${child(at, preferredName)}[${index}]`;
      validateWeight(term.weight, termAt, to);
      validateNodeTerm(term.preference ?? {}, false, child(termAt, 'preference'), to);
    }
  }
  for (const [name, pods] of [
    ['podAffinity', podAffinity],
    ['podAntiAffinity', podAntiAffinity],
  ] as const) {
    const at = child(path, name);
    for (const [index, term] of (pods?.[requiredName] ?? []).entries())
      validatePodTerm(term, `${child(at, requiredName)}[${index}]`, to);
    for (const [index, term] of (pods?.[preferredName] ?? []).entries()) {
      const termAt = `${child(at, preferredName)}[${index}]`;
      validateWeight(term.weight, termAt, to);
      validatePodTerm(term.podAffinityTerm, child(termAt, 'podAffinityTerm'), to);
    }
  }
}
