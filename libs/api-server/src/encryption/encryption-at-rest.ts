import type { EncryptionConfiguration, KeysConfiguration, ProviderConfiguration } from './configuration';
import { everyResource, formatGroupResource, parseGroupResource, type GroupResource } from './group-resource';
import { aesCbc } from './providers/aes-cbc';
import { aesGcm } from './providers/aes-gcm';
import { identity } from './providers/identity';
import { secretbox } from './providers/secretbox';
import { PrefixTransformers, type PrefixedTransformer, type Transformer } from './transformer';

/** The resource whose object is stored under a key; undefined for what is no object. */
export type ResourceAt = (key: string) => GroupResource | undefined;

type Transformers = ReadonlyMap<string, Transformer>;

/**
 * How each resource is encrypted in the store. The configuration may be replaced while the server runs: what is written
 * from then on follows the new one, and so does what is read.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go
 */
export class EncryptionAtRest {
  private transformers: Transformers;

  /** Throws an Error when a rule can never be reached. */
  constructor(
    configuration: EncryptionConfiguration,
    private readonly resourceAt: ResourceAt,
  ) {
    this.transformers = transformersOf(configuration);
  }

  /** Throws as the constructor does, and leaves the configuration as it is then. */
  replace(configuration: EncryptionConfiguration): void {
    this.transformers = transformersOf(configuration);
  }

  /** How the object under a key is stored; undefined for one that is stored as it is. */
  transformerAt(key: string): Transformer | undefined {
    const resource = this.resourceAt(key);
    if (!resource) return undefined;
    const candidates = [resource, { ...resource, resource: '*' }, everyResource];
    for (const candidate of candidates) {
      const transformer = this.transformers.get(formatGroupResource(candidate));
      if (transformer) return transformer;
    }
    return undefined;
  }
}

function transformersOf({ resources }: EncryptionConfiguration): Transformers {
  const rules = new Map<string, PrefixedTransformer[]>();
  for (const rule of resources) {
    const providers = rule.providers.map(providerOf);
    for (const name of rule.resources) {
      const resource = parseGroupResource(name);
      requireUnmasked(resource, rules);
      const key = formatGroupResource(resource);
      rules.set(key, [...(rules.get(key) ?? []), ...providers]);
    }
  }
  const unmatched = 'no matching prefix found';
  return new Map([...rules].map(([name, providers]) => [name, new PrefixTransformers(providers, unmatched)]));
}

function requireUnmasked(resource: GroupResource, rules: ReadonlyMap<string, unknown>): void {
  const wider = [{ ...resource, resource: '*' }, everyResource].map(formatGroupResource);
  const mask = wider.find((rule) => rules.has(rule));
  if (mask !== undefined)
    throw new Error(`resource "${formatGroupResource(resource)}" is masked by earlier rule "${mask}"`);
}

function providerOf({ aesgcm, aescbc, secretbox: boxes }: ProviderConfiguration): PrefixedTransformer {
  if (aesgcm) return withKeys('aesgcm', 'AES', aesgcm, (key) => aesGcm(key));
  if (aescbc) return withKeys('aescbc', 'AES', aescbc, (key) => aesCbc(key));
  if (boxes) return withKeys('secretbox', 'Secretbox', boxes, (key) => secretbox(key));
  // The configuration has been validated: there is one provider.
  return { prefix: Buffer.alloc(0), transformer: identity };
}

function withKeys(
  provider: string,
  title: string,
  { keys }: KeysConfiguration,
  make: (key: Uint8Array) => Transformer,
): PrefixedTransformer {
  const transformers = keys.map(({ name, secret }) => ({
    prefix: Buffer.from(`${name}:`),
    transformer: make(Buffer.from(secret, 'base64')),
  }));
  const unmatched = `no matching key was found for the provided ${title} transformer`;
  return {
    prefix: Buffer.from(`k8s:enc:${provider}:v1:`),
    transformer: new PrefixTransformers(transformers, unmatched),
  };
}
