import type { Generation } from '../registry/installed-resources';

/** Whose generations something is derived from. */
export interface Generations {
  readonly generation: Generation;
}

/** What is made of all that is served: once for each generation and what others add to it, and let go of with it. */
export class Derived<T extends object, Added extends object> {
  private readonly made = new WeakMap<Generation, { readonly added: Added; readonly value: T }>();

  /** @param added what others add now: another value whenever it changes. */
  constructor(
    private readonly registry: Generations,
    private readonly added: () => Added,
    private readonly make: (generation: Generation, added: Added) => T,
  ) {}

  /** What is true now. */
  get current(): T {
    const { generation } = this.registry;
    const added = this.added();
    const known = this.made.get(generation);
    if (known?.added === added) return known.value;
    const value = this.make(generation, added);
    this.made.set(generation, { added, value });
    return value;
  }
}
