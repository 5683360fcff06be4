import type { Generation } from '../registry/installed-resources';

/** Whose generations something is derived from. */
export interface Generations {
  readonly generation: Generation;
}

/** What is made of the resources that are served: once for each generation, and let go of with it. */
export class Derived<T extends object> {
  private readonly made = new WeakMap<Generation, T>();

  constructor(
    private readonly registry: Generations,
    private readonly make: (generation: Generation) => T,
  ) {}

  /** What is true now. */
  get current(): T {
    const { generation } = this.registry;
    let made = this.made.get(generation);
    if (!made) {
      made = this.make(generation);
      this.made.set(generation, made);
    }
    return made;
  }
}
