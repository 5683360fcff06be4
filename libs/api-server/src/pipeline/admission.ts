import type { Kind, metav1 } from '@skiff/contracts';
import type { UserInfo } from '../auth/user';

/** What every API object has. */
export interface ApiObject {
  kind?: string | undefined;
  apiVersion?: string | undefined;
  metadata?: metav1.ObjectMeta | undefined;
}

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A request on its way into the store. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  /** Of the object; a subresource may take another kind than its resource. */
  readonly kind: Kind<ApiObject>;
  readonly group: string;
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  /** Empty for a create with generateName. */
  readonly name: string;
  /** May be changed in place by a mutating plugin; absent for a deletion. */
  readonly object?: ApiObject;
  /** What is stored now; absent for a creation. */
  readonly oldObject?: ApiObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Tells the user something with a Warning header. */
  warn(text: string): void;
}

/** Looks at a request before it is stored; throws a StatusError to refuse it. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(operation: AdmissionOperation, group: string, resource: string, subresource: string): boolean;
  /** Changes `attributes.object` in place, before defaults and validation. */
  mutate?(attributes: AdmissionAttributes): Promise<void> | void;
  /** Decides, after all changes. */
  validate?(attributes: AdmissionAttributes): Promise<void> | void;
}

/** Reads objects from the caches; they must not be changed. */
export interface ObjectReader {
  get<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): Promise<T | undefined>;
  list<T extends ApiObject>(kind: Kind<T>, namespace?: string): Promise<T[]>;
}

/** Runs the plugins in their order, first all that change, later all that decide. */
export class AdmissionChain {
  constructor(private readonly plugins: readonly AdmissionPlugin[]) {}

  async mutate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.handling(attributes)) await plugin.mutate?.(attributes);
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.handling(attributes)) await plugin.validate?.(attributes);
  }

  private handling({ operation, group, resource, subresource }: AdmissionAttributes): AdmissionPlugin[] {
    return this.plugins.filter((plugin) => plugin.handles(operation, group, resource, subresource));
  }
}
