import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';

/** The kinds that a server is built with, whether or not it serves them; those that are installed later are not among them. */
export class Scheme {
  /** As errors name it, which are upstream's. */
  readonly name = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';
  private readonly kinds: ReadonlyMap<string, Kind<ApiObject>>;

  constructor(kinds: readonly Kind[]) {
    this.kinds = new Map(kinds.map((kind) => [keyOf(kind.kind, apiVersionOf(kind)), kind as Kind<ApiObject>]));
  }

  /** The kind of this name in this version, if there is one. */
  find(name: string, apiVersion: string): Kind<ApiObject> | undefined {
    return this.kinds.get(keyOf(name, apiVersion));
  }
}

const keyOf = (name: string, apiVersion: string): string => `${apiVersion}, ${name}`;
