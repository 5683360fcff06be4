import type { Kind } from '@skiff/contracts';
import { hasReason } from '@skiff/platform';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';
import type { AdmissionReader } from './admission';

/** Reads through a registry that is made later, since it needs those who read. */
export class RegistryReader implements AdmissionReader {
  #registry: Registry | undefined;

  attach(registry: Registry): void {
    this.#registry = registry;
  }

  /** Throws when it is asked before the registry is there. */
  get registry(): Registry {
    if (!this.#registry) throw new Error('the registry is not attached yet');
    return this.#registry;
  }

  get<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined> {
    return this.registry.get(kind, { namespace, name });
  }

  async getNewest<T extends ApiObject>(kind: Kind<T>, namespace: string, name: string): Promise<T | undefined> {
    try {
      return (await this.registry.of(kind).get(namespace, name)).object;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  list<T extends ApiObject>(kind: Kind<T>, namespace: string): Promise<readonly T[]> {
    return this.registry.list(kind, namespace || undefined);
  }
}
