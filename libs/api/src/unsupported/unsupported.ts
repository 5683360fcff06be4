import { apiVersionOf, type Kind } from '@skiff/contracts';

/** How an object says itself that it has no effect: in its status, or by an event about it. */
export type Notice =
  | { readonly condition: { readonly type: string; readonly reason: string; readonly message: string } }
  | { readonly event: { readonly reason: string; readonly message: string } };

/** Something that the API takes, and that nothing in the cluster acts upon yet. */
export interface Unsupported<T = unknown> {
  readonly kind: Kind<T>;
  /** The field, such as `spec.template`; empty for the whole kind. */
  readonly field: string;
  /** Why it has no effect, as the end of a sentence. */
  readonly why: string;
  /** Which objects are meant; default: all of the kind. */
  applies?(object: T): boolean;
  /** The subresource through which it is asked for; default: the object itself. */
  readonly subresource?: string;
  readonly notice?: Notice;
}

/** A row of the table. */
export function unsupported<T>(row: Unsupported<T>): Unsupported {
  // It is only ever asked about objects of its kind.
  return row as Unsupported;
}

/** What whoever writes the object is told. */
export function warningOf({ kind, field, why }: Unsupported): string {
  const what = field === '' ? `${apiVersionOf(kind)} ${kind.kind}` : `${field}:`;
  return `${what} has no effect in this cluster: ${why}`;
}
