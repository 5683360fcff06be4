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

  constructor(
    /** Absent until it is decoded from the object's message. */
    public object?: T,
  ) {}

  /** A form of the subject, which is always the same one; made when it is first asked for. */
  as<S, E>({ slot, encode }: Encoding<S, E>, subject: S): E {
    // A slot holds nothing but what its encoding made.
    return ((this.forms ??= [])[slot] ??= encode(subject)) as E;
  }
}
