import type { IntOrString } from '@skiff/contracts';

/**
 * A number, or a percentage of a total rounded up or down; 0 when absent. As
 * intstr.GetScaledValueFromIntOrPercent. Throws a RangeError for any other string.
 */
export function scaledValue(value: IntOrString | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value);
  if (!match) throw new RangeError(`invalid value for IntOrString: "${value}" is neither a number nor a percentage`);
  const scaled = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(scaled) : Math.floor(scaled);
}
