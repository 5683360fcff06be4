import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';

/** Reads for plugins, from the caches; what was just written may be missing. What it gives must not be changed. */
export interface AdmissionReader {
  get<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** Reads the newest version from the store. */
  getNewest<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined>;
  /** An empty namespace: all. */
  list<T extends ApiObject>(kind: Kind<T>, namespace: string): Promise<readonly T[]>;
}

/** Writes of the server itself. As every write they go through admission, so a plugin must let its own ones pass. */
export interface AdmissionWriter {
  create<T extends ApiObject>(kind: Kind<T>, namespace: string, object: T): Promise<void>;
  /**
   * Writes the status that `change` makes of the newest version, which may be asked again when somebody else was
   * faster; what it throws is thrown. Throws NotFound for an object that is gone.
   */
  updateStatus<T extends ApiObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
    change: (current: T) => T,
  ): Promise<void>;
}
