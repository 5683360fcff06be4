import type { Kind, metav1 } from '@skiff/contracts';

/** What every API object has. */
export interface ApiObject {
  kind?: string | undefined;
  apiVersion?: string | undefined;
  metadata?: metav1.ObjectMeta | undefined;
}

/** Reads objects from the caches; they must not be changed. */
export interface ObjectReader {
  get<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): Promise<T | undefined>;
  list<T extends ApiObject>(kind: Kind<T>, namespace?: string): Promise<T[]>;
}
