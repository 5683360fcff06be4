import { sameValue, type Resource } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import type { Registry } from '@skiff/api-server/extension';
import type { Logger } from '@skiff/platform';
import { webhookConverter, type ConverterParts } from '../conversion/webhook-converter';
import { customResources, type DefinitionState, type ResourceParts } from '../resource/custom-resource';
import { isTrue } from '@skiff/resources';

type Definition = apiextensionsv1.CustomResourceDefinition;

export interface InstallationParts {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Of webhooks that convert objects. */
  readonly converter: ConverterParts;
}

/** What the registry serves of one definition. */
export class Installation {
  private readonly state: DefinitionState = { terminating: false };
  private lifetime: AbortController | undefined;
  private resources: readonly Resource[] = [];
  private served: Definition | undefined;

  constructor(private readonly parts: InstallationParts) {}

  /** The resource whose objects are stored as they are. */
  get stored(): Resource | undefined {
    return this.resources.find(({ kind, storage }) => storage?.kinds[0] === kind) ?? this.resources[0];
  }

  /** Serves what a definition says now. */
  follow(definition: Definition): void {
    this.state.terminating = isTrue(definition, 'Terminating');
    if (!isTrue(definition, 'Established')) return this.end();
    if (this.served && servesTheSame(this.served, definition)) return;
    this.served = definition;
    const { registry, logger } = this.parts;
    const resources = customResources(definition, { state: this.state, convert: this.converterOf(definition) });
    const lifetime = new AbortController();
    try {
      if (this.lifetime) registry.exchange(this.resources, resources, lifetime.signal);
      else registry.install(resources, lifetime.signal);
      this.lifetime = lifetime;
      this.resources = resources;
    } catch (error) {
      // It takes the name of something that the server has itself.
      if (!(error instanceof RangeError)) throw error;
      logger.error('a custom resource cannot be served', { name: definition.metadata?.name, error });
    }
  }

  private converterOf({ spec }: Definition): ResourceParts['convert'] {
    const { strategy, webhook } = spec?.conversion ?? {};
    if (strategy !== 'Webhook' || !webhook) return undefined;
    return (kinds) => webhookConverter(webhook, kinds, this.parts.converter);
  }

  /** Serves nothing of it any longer. */
  end(): void {
    this.lifetime?.abort();
    this.lifetime = undefined;
    this.resources = [];
    this.served = undefined;
  }
}

/** Most changes of a definition are ones of its status. */
const servesTheSame = (a: Definition, b: Definition): boolean =>
  a.metadata?.uid === b.metadata?.uid &&
  sameValue(a.status?.acceptedNames, b.status?.acceptedNames) &&
  (a.metadata?.generation === b.metadata?.generation || sameValue(a.spec, b.spec));
