/** A value in the cycle state that preemption copies before it tries out removals. */
export interface Copyable<T> {
  copy(): T;
}

/** What plugins remember from one extension point to the next within the scheduling of one pod. */
export class CycleState {
  private readonly values = new Map<string, Copyable<unknown>>();

  constructor(
    /** Filter and score plugins that said they have nothing to do for this pod. */
    readonly skippedFilters: Set<string> = new Set(),
    readonly skippedScores: Set<string> = new Set(),
  ) {}

  /** The value that the plugin wrote under its key; the caller names its type. */
  read<T extends Copyable<T>>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  write<T extends Copyable<T>>(key: string, value: T): void {
    this.values.set(key, value);
  }

  /** A state whose changes do not show in this one. */
  copy(): CycleState {
    const state = new CycleState(this.skippedFilters, this.skippedScores);
    for (const [key, value] of this.values) state.values.set(key, value.copy() as Copyable<unknown>);
    return state;
  }
}
