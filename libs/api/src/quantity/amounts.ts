import type { corev1 } from '@skiff/contracts';
import { quantityFromNano, quantityToNano } from './quantity';

/** Quantities by the name of a resource. */
export type Amounts = Readonly<Record<string, string>>;

function combine(one: Amounts, other: Amounts, of: (a: bigint, b: bigint) => bigint): Record<string, string> {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [a, b] = [one[name] ?? '0', other[name] ?? '0'];
      return [name, quantityFromNano(of(quantityToNano(a), quantityToNano(b)), a, b)];
    }),
  );
}

/** The sum, resource by resource; each in the family of suffixes of the first that has one. */
export const addAmounts = (one: Amounts, other: Amounts): Record<string, string> =>
  combine(one, other, (a, b) => a + b);

/** What is left, resource by resource; may be negative. */
export const subtractAmounts = (one: Amounts, other: Amounts): Record<string, string> =>
  combine(one, other, (a, b) => a - b);

/** The larger one, resource by resource. */
export const raiseAmounts = (one: Amounts, other: Amounts): Record<string, string> =>
  combine(one, other, (a, b) => (a > b ? a : b));

/** The resources with these names. */
export const maskAmounts = (amounts: Amounts, names: Iterable<string>): Record<string, string> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)));
};

type Side = 'requests' | 'limits';

/** What a pod as a whole may say itself, for all of its containers. */
const wholePod = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/**
 * What a pod needs at most at any time: all containers and sidecars together, or an init
 * container with the sidecars before it; what the pod as a whole says goes first.
 */
function podAmounts({ spec }: corev1.Pod, side: Side): Record<string, string> {
  let total: Record<string, string> = {};
  let sidecars: Record<string, string> = {};
  let highest: Record<string, string> = {};
  for (const { resources } of spec?.containers ?? []) total = addAmounts(total, resources?.[side] ?? {});
  for (const { resources, restartPolicy } of spec?.initContainers ?? []) {
    const own = resources?.[side] ?? {};
    if (restartPolicy === 'Always') {
      total = addAmounts(total, own);
      sidecars = addAmounts(sidecars, own);
      highest = raiseAmounts(highest, sidecars);
    } else highest = raiseAmounts(highest, addAmounts(sidecars, own));
  }
  const whole = Object.entries(spec?.resources?.[side] ?? {}).filter(([name]) => wholePod(name));
  return { ...raiseAmounts(total, highest), ...Object.fromEntries(whole) };
}

/** The requests of a pod, with the overhead of its runtime unless that is to be left out. */
export function podRequests(pod: corev1.Pod, { overhead = true } = {}): Record<string, string> {
  const requests = podAmounts(pod, 'requests');
  return overhead ? addAmounts(requests, pod.spec?.overhead ?? {}) : requests;
}

/** The limits of a pod; the overhead is added to those that are set. */
export function podLimits(pod: corev1.Pod, { overhead = true } = {}): Record<string, string> {
  const limits = podAmounts(pod, 'limits');
  if (!overhead) return limits;
  const set = Object.entries(limits).filter(([, amount]) => quantityToNano(amount) !== 0n);
  return { ...limits, ...addAmountsTo(Object.fromEntries(set), pod.spec?.overhead ?? {}) };
}

const addAmountsTo = (amounts: Amounts, more: Amounts): Record<string, string> =>
  addAmounts(amounts, maskAmounts(more, Object.keys(amounts)));
