import { hasReason, sameValue } from '@skiff/apimachinery';
import { Kinds, type apiregistrationv1 } from '@skiff/contracts';
import { formatTime, type Clock, type Logger } from '@skiff/platform';
import type { Registry } from '../registry/registry';
import { follow } from '../registry/follow';
import { reconcile, serverWrite, writeStatus } from './ensure';
import { automanagedLabel, localApiServices, localStatus } from './objects/api-services';
import { repeatable } from './repeatable';

type APIService = apiregistrationv1.APIService;

export interface RegistrationOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** After what could not be written, in milliseconds. */
const retryMilliseconds = 1_000;

const nameOf = ({ metadata }: APIService): string => metadata?.name ?? '';
const isManaged = ({ metadata }: APIService): boolean => metadata?.labels?.[automanagedLabel] === 'true';

/**
 * Keeps an APIService for each group and version that comes while the server runs, until it goes. Those of what is
 * served now are left as they are: they are made when the server starts. Resolves when all APIServices are known.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/autoregister.
 */
export async function registerApiServices(
  registry: Registry,
  { clock, logger, signal }: RegistrationOptions,
): Promise<void> {
  const early = new Set(localApiServices(registry.definitions, 'onstart').map(nameOf));
  const registration = repeatable(
    () => register(registry, early, clock),
    (error) => {
      if (signal.aborted) return;
      logger.error('the APIServices do not follow what is served', { error });
      clock.after(retryMilliseconds, trigger);
    },
  );
  const trigger = (): void => {
    if (!signal.aborted) registration.trigger();
  };
  const followGenerations = (): void => {
    registry.generation.replaced.addEventListener('abort', followGenerations, { once: true });
    trigger();
  };
  await follow(registry, Kinds.APIService, trigger, trigger);
  followGenerations();
}

async function register(registry: Registry, early: ReadonlySet<string>, clock: Clock): Promise<void> {
  const wanted = localApiServices(registry.definitions, 'true').filter((service) => !early.has(nameOf(service)));
  await registry.of(Kinds.APIService).refresh();
  const present = new Map((await registry.list(Kinds.APIService)).map((service) => [nameOf(service), service]));
  for (const service of wanted) await keep(registry, service, present.get(nameOf(service)), clock);
  const names = new Set(wanted.map(nameOf));
  for (const [name, service] of present) if (isManaged(service) && !names.has(name)) await takeBack(registry, service);
}

async function keep(registry: Registry, wanted: APIService, present: APIService | undefined, clock: Clock) {
  if (present && !isManaged(present)) return;
  await reconcile(registry, Kinds.APIService, wanted, (existing) =>
    !isManaged(existing) || sameValue(existing.spec, wanted.spec) ? undefined : { ...existing, spec: wanted.spec },
  );
  if (present?.status?.conditions?.length) return;
  await writeStatus(registry, Kinds.APIService, nameOf(wanted), (current) =>
    current.status?.conditions?.length ? current : { ...current, status: localStatus(formatTime(clock.now())) },
  );
}

async function takeBack(registry: Registry, service: APIService): Promise<void> {
  try {
    const preconditions = { uid: service.metadata?.uid };
    await registry.of(Kinds.APIService).delete('', nameOf(service), { preconditions }, serverWrite);
  } catch (error) {
    // It is gone, or somebody else's by now.
    if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
  }
}
