import type { corev1 } from '@skiff/contracts';

/** What the tolerations of one key and one effect cover together. */
interface Covered {
  any: boolean;
  readonly values: Set<string>;
  /** Numbers above or below these. */
  above: number;
  below: number;
}

const placeOf = (key: string, effect: string): string => `${key}\0${effect}`;

/** Tolerations by key and effect, both empty where they do not matter: says of a taint as fast for many as for few. */
export class TolerationIndex {
  private readonly places = new Map<string, Covered>();

  constructor(tolerations: readonly corev1.Toleration[]) {
    for (const toleration of tolerations) this.add(toleration);
  }

  covers({ key = '', value, effect = '' }: corev1.Taint): boolean {
    for (const one of [key, ''])
      for (const other of [effect, '']) if (holds(this.places.get(placeOf(one, other)), value)) return true;
    return false;
  }

  private add({ key = '', operator, value, effect = '' }: corev1.Toleration): void {
    const place = placeOf(key, effect);
    const covered = this.places.get(place) ?? { any: false, values: new Set(), above: Infinity, below: -Infinity };
    this.places.set(place, covered);
    const bound = Number(value);
    if (operator === 'Exists') covered.any = true;
    else if (key === '') return;
    else if (operator === 'Gt') covered.above = bound < covered.above ? bound : covered.above;
    else if (operator === 'Lt') covered.below = bound > covered.below ? bound : covered.below;
    else covered.values.add(value ?? '');
  }
}

function holds(covered: Covered | undefined, value: string | undefined): boolean {
  if (!covered) return false;
  return (
    covered.any || covered.values.has(value ?? '') || Number(value) > covered.above || Number(value) < covered.below
  );
}
