import type { Awaitable } from './awaitable';

/** A form in which something is sent, such as a line of JSON: how it is made of a subject. */
export interface Encoding<S, E> {
  /** Where in `Encodings` it is kept. */
  readonly slot: number;
  encode(subject: S): E;
}

let slots = 0;

/** A new form. To be called once for each, for a constant of a module: every object has room for all of them. */
export function defineEncoding<S, E extends object | string>(encode: (subject: S) => E): Encoding<S, E> {
  const slot = slots;
  slots += 1;
  return { slot, encode };
}

/** What has been made so far of one version of an object, each form once. */
export class Encodings<T> {
  private forms: unknown[] | undefined;
  private views: Map<object, unknown> | undefined;

  constructor(
    /** Absent until it is decoded from the object's message. */
    public object?: T,
  ) {}

  /** A form of the subject, which is always the same one; made when it is first asked for. */
  as<S, E>({ slot, encode }: Encoding<S, E>, subject: S): E {
    // A slot holds nothing but what its encoding made.
    return ((this.forms ??= [])[slot] ??= encode(subject)) as E;
  }
  /** The subject in another version, by that version. What cannot be made is tried again when it is next asked for. */
  view<V>(version: object, make: () => Awaitable<V>): Awaitable<V> {
    const views = (this.views ??= new Map());
    // A version's place holds nothing but what was made for it.
    const known = views.get(version) as Awaitable<V> | undefined;
    if (known !== undefined) return known;
    const made = make();
    views.set(version, made);
    if (made instanceof Promise)
      made.then(
        (view) => views.set(version, view),
        () => views.delete(version),
      );
    return made;
  }
}
