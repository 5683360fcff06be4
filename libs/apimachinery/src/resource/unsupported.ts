/** How an object says itself that it has no effect: in its status, or by an event about it. */
export type Notice =
  | { readonly condition: { readonly type: string; readonly reason: string; readonly message: string } }
  | { readonly event: { readonly reason: string; readonly message: string } };

/** Something of a resource that the API takes, and that nothing in the cluster acts upon yet. */
export interface Unsupported<T = unknown> {
  /** The field, such as `spec.template`; empty for the whole kind. */
  readonly field: string;
  /** Why it has no effect, as the end of a sentence. */
  readonly why: string;
  /** The subresource through which it is asked for; default: the object itself. */
  readonly subresource?: string;
  readonly notice?: Notice;
  /** Which objects are meant; default: all of the kind. */
  applies?(object: T): boolean;
}
