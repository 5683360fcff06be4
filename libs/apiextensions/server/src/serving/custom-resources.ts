import { hasReason } from '@skiff/apimachinery';
import { Kinds, type apiextensionsv1 } from '@skiff/contracts';
import {
  follow,
  repeatable,
  writeStatus,
  type Repeatable,
  type ResourceSource,
  type SourceParts,
  type StartSource,
} from '@skiff/api-server/extension';
import { formatTime } from '@skiff/platform';
import { WebhookClient } from '@skiff/webhook-client';
import type { ConverterParts } from '../conversion/webhook-converter';
import { cleanUp } from './cleanup';
import { cleanupFinalizer } from '@skiff/resources';
import { Installation } from './installation';
import { planStatus } from './plan';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** After what could not be written, in milliseconds. */
const retryMilliseconds = 500;

/** A definition, and what is served of it. */
interface Known {
  definition: Definition;
  readonly installation: Installation;
  cleaning: boolean;
}

const nameOf = ({ metadata }: Definition): string => metadata?.name ?? '';
const groupOf = ({ spec }: Definition): string => spec?.group ?? '';

/** Serves the custom resources of a cluster, by its CustomResourceDefinitions. */
export const customResourceSource: StartSource = async (parts) => {
  const source = new CustomResources(parts);
  await source.start();
  return source;
};

/**
 * Follows the definitions of a cluster. What one defines is served in the same turn of the event loop in which this
 * server learns that it is established, which is before anybody who asks this server can know.
 */
class CustomResources implements ResourceSource {
  private readonly known = new Map<string, Known>();
  /** Names of definitions whose status is to be looked at. */
  private readonly dirty = new Set<string>();
  private readonly writing: Repeatable;
  private readonly converter: ConverterParts;

  constructor(private readonly parts: SourceParts) {
    const { clock, logger, random, connectService, signal } = parts;
    const client = new WebhookClient({ connectService, clock, userAgent: 'kube-apiserver' });
    signal.addEventListener('abort', () => client.close(), { once: true });
    this.converter = { client, random };
    this.writing = repeatable(
      () => this.writeAll(),
      (error) => {
        if (signal.aborted) return;
        logger.error('the status of a CustomResourceDefinition was not written', { error });
        clock.after(retryMilliseconds, () => this.writing.trigger());
      },
    );
  }

  async start(): Promise<void> {
    await follow(
      this.parts.registry,
      Kinds.CustomResourceDefinition,
      (definition) => this.set(definition),
      (definition) => this.remove(definition),
    );
  }

  async refresh(): Promise<void> {
    await this.parts.registry.of(Kinds.CustomResourceDefinition).refresh();
  }

  private set(definition: Definition): void {
    const name = nameOf(definition);
    let known = this.known.get(name);
    if (!known) {
      known = {
        definition,
        installation: new Installation({ ...this.parts, converter: this.converter }),
        cleaning: false,
      };
      this.known.set(name, known);
    }
    known.definition = definition;
    known.installation.follow(definition);
    if (definition.metadata?.deletionTimestamp) void this.clean(known);
    else this.look(name);
  }

  private remove(definition: Definition): void {
    const name = nameOf(definition);
    this.known.get(name)?.installation.end();
    this.known.delete(name);
    // Others may have its names now.
    for (const other of this.ofGroup(groupOf(definition))) this.look(nameOf(other));
  }

  private look(name: string): void {
    this.dirty.add(name);
    this.writing.trigger();
  }

  private ofGroup(group: string): Definition[] {
    return [...this.known.values()].map(({ definition }) => definition).filter((one) => groupOf(one) === group);
  }

  private async writeAll(): Promise<void> {
    for (const name of this.dirty) {
      await this.write(name);
      this.dirty.delete(name);
    }
  }

  private async write(name: string): Promise<void> {
    const { registry, clock, signal } = this.parts;
    const plan = (definition: Definition): Definition =>
      planStatus(definition, this.ofGroup(groupOf(definition)), formatTime(clock.now()));
    const definition = this.known.get(name)?.definition;
    if (!definition || signal.aborted || plan(definition) === definition) return;
    try {
      await writeStatus(registry, Kinds.CustomResourceDefinition, name, plan);
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  /** Tried again until the definition is gone. */
  private async clean(known: Known): Promise<void> {
    const { definition } = known;
    if (known.cleaning || !definition.metadata?.finalizers?.includes(cleanupFinalizer)) return;
    known.cleaning = true;
    const { logger, clock, signal } = this.parts;
    try {
      await cleanUp(definition, known.installation.stored, this.parts);
    } catch (error) {
      if (signal.aborted) return;
      logger.error('the objects of a CustomResourceDefinition were not deleted', { name: nameOf(definition), error });
      clock.after(retryMilliseconds, () => {
        known.cleaning = false;
        if (!signal.aborted && this.known.get(nameOf(definition)) === known) void this.clean(known);
      });
    }
  }
}
