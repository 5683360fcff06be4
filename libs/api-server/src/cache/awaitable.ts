/** Something that is there at once, or later. */
export type Awaitable<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there at once, so that nothing waits for the event loop without need. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All of them, in their order; at once where every one is there at once. */
export function all<T>(values: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}
