import { hasReason, type Resource } from '@skiff/apimachinery';
import { Kinds, type apiextensionsv1 } from '@skiff/contracts';
import { serverWrite, writeStatus, type Registry } from '@skiff/api-server/extension';
import { formatTime, pause, type Clock } from '@skiff/platform';
import { cleanupFinalizer, isTrue, withCondition } from '@skiff/resources';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** How often is looked whether the objects of a definition are gone. */
const pollMilliseconds = 200;
/** How long is looked before a condition says that they are not. */
const confirmMilliseconds = 60_000;
/** So many objects are deleted at once. */
const together = 20;

export interface CleanupParts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Deletes the objects of a definition that is to go, waits until what holds them lets go, and lets the definition go.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go.
 *
 * @param resource in which its objects are stored; absent when it was never served.
 */
export async function cleanUp(
  definition: Definition,
  resource: Resource | undefined,
  { registry, clock, signal }: CleanupParts,
): Promise<void> {
  const name = definition.metadata?.name ?? '';
  const tell = (status: string, reason: string, message: string): Promise<void> =>
    ignoringGone(() =>
      writeStatus(registry, Kinds.CustomResourceDefinition, name, (current) => {
        const conditions = current.status?.conditions ?? [];
        const next = { type: 'Terminating', status, reason, message };
        return {
          ...current,
          status: {
            ...current.status,
            conditions: [...withCondition(conditions, next, formatTime(clock.now()))],
          },
        };
      }),
    );
  await tell('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
  if (resource && isTrue(definition, 'Established')) {
    await deleteInstances(registry, resource);
    let until = clock.monotonic() + confirmMilliseconds;
    while (!signal.aborted && (await instances(registry, resource)).length > 0) {
      if (clock.monotonic() >= until) {
        until = Infinity;
        await tell('True', 'InstanceDeletionCheck', notConfirmed);
      }
      await pause(clock, pollMilliseconds, signal);
    }
  }
  if (signal.aborted) return;
  await tell('False', 'InstanceDeletionCompleted', 'removed all instances');
  await ignoringGone(() => letGo(registry, name));
}

const notConfirmed = 'could not confirm zero CustomResources remaining: timed out waiting for the condition';

async function instances(registry: Registry, resource: Resource) {
  const version = registry.storeOf(resource);
  await version.refresh();
  return version.stored.cache.listReadable(resource.storagePrefix);
}

async function deleteInstances(registry: Registry, resource: Resource): Promise<void> {
  const version = registry.storeOf(resource);
  const all = await instances(registry, resource);
  for (let at = 0; at < all.length; at += together)
    await Promise.all(
      all.slice(at, at + together).map(({ object: { metadata } }) =>
        ignoringGone(async () => {
          await version.delete(metadata?.namespace ?? '', metadata?.name ?? '', {}, serverWrite);
        }),
      ),
    );
}

async function letGo(registry: Registry, name: string): Promise<void> {
  const change = (current: Definition): Definition => {
    const finalizers = (current.metadata?.finalizers ?? []).filter((one) => one !== cleanupFinalizer);
    return { ...current, metadata: { ...current.metadata, finalizers } };
  };
  const request = { namespace: '', name, subresource: '', change };
  await registry.of(Kinds.CustomResourceDefinition).update(request, serverWrite);
}

/** Another server may have been faster. */
async function ignoringGone(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}
