import {
  child,
  compareQuantities,
  type ErrorList,
  qualifiedName,
  quantityToNano,
  quantityToNumber,
  type Validation,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateAnyResourceName, validateResourceName } from '../pod/validation/resources';

type Item = corev1.LimitRangeItem;

/** Two bounds of which the first must not be above the second, with what mistakes call them. */
interface Order {
  readonly low: readonly ['min' | 'default' | 'defaultRequest', string];
  readonly high: readonly ['max' | 'default' | 'defaultRequest', string];
  /** Where a mistake is. */
  readonly field: 'min' | 'default' | 'defaultRequest';
  /** The bound whose value a mistake shows, which upstream does not always take from the field. */
  readonly shown: 'min' | 'max' | 'defaultRequest';
}

const request = ['defaultRequest', 'default request'] as const;
const orders: readonly Order[] = [
  { low: ['min', 'min'], high: ['max', 'max'], field: 'min', shown: 'min' },
  { low: ['min', 'min'], high: request, field: 'defaultRequest', shown: 'defaultRequest' },
  { low: request, high: ['max', 'max'], field: 'defaultRequest', shown: 'defaultRequest' },
  { low: request, high: ['default', 'default limit'], field: 'defaultRequest', shown: 'defaultRequest' },
  { low: ['min', 'min'], high: ['default', 'default'], field: 'default', shown: 'min' },
  { low: ['default', 'default'], high: ['max', 'max'], field: 'default', shown: 'max' },
];

function validateOrder(item: Item, order: Order, at: string, to: ErrorList): void {
  const [low, lowText] = order.low;
  const [high, highText] = order.high;
  for (const [name, amount] of Object.entries(item[low] ?? {})) {
    const limit = item[high]?.[name];
    if (limit !== undefined && compareQuantities(amount, limit) > 0)
      to.invalid(
        `${child(at, order.field)}[${name}]`,
        item[order.shown]?.[name] ?? amount,
        `${lowText} value ${amount} is greater than ${highText} value ${limit}`,
      );
  }
}

function validateRatio(item: Item, at: string, to: ErrorList): void {
  for (const [name, ratio] of Object.entries(item.maxLimitRequestRatio ?? {})) {
    const path = `${child(at, 'maxLimitRequestRatio')}[${name}]`;
    if (compareQuantities(ratio, '1') < 0) to.invalid(path, ratio, `ratio ${ratio} is less than 1`);
    const [min, max] = [item.min?.[name], item.max?.[name]];
    if (min === undefined || max === undefined || quantityToNumber(min) === 0) continue;
    const widest = Number(quantityToNano(max)) / Number(quantityToNano(min));
    if (Number(quantityToNano(ratio)) / 1e9 > widest)
      to.invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`);
  }
}

function validateItem(item: Item, at: string, to: ErrorList): void {
  const { type = '' } = item;
  const wrong = qualifiedName(type);
  to.all(child(at, 'type'), type, wrong);
  if (wrong.length === 0 && !['Container', 'Pod', 'PersistentVolumeClaim'].includes(type) && !type.includes('/'))
    to.invalid(child(at, 'type'), type, 'must be a standard limit type or fully qualified');
  const nameRule = type === 'Container' || type === 'Pod' ? validateResourceName : validateAnyResourceName;
  for (const bound of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const)
    for (const name of Object.keys(item[bound] ?? {})) nameRule(name, `${child(at, bound)}[${name}]`, to);
  if (type === 'Pod')
    for (const bound of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[bound] ?? {}).length > 0)
        to.forbidden(child(at, bound), "may not be specified when `type` is 'Pod'");
  if (type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined)
    to.required(child(at, 'limits'), 'either minimum or maximum storage value is required, but neither was provided');
  for (const order of orders) validateOrder(item, order, at, to);
  validateRatio(item, at, to);
}

/** Rules of a limit range; upstream's ValidateLimitRange. */
export function validateLimitRange({ spec = {} }: corev1.LimitRange, to: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, item] of (spec.limits ?? []).entries()) {
    const at = `spec.limits[${index}]`;
    if (seen.has(item.type ?? '')) to.duplicate(child(at, 'type'), item.type);
    seen.add(item.type ?? '');
    validateItem(item, at, to);
  }
}

export const limitRangeValidation: Validation<corev1.LimitRange> = { create: validateLimitRange };
