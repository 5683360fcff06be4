import type { corev1 } from '@skiff/contracts';
import { containersOf } from '../pod-model/pod';
import type { ContainerService } from '../runtime/container-service';
import type { ImageService } from '../runtime/image-service';
import type { RuntimeInfo } from '../runtime/runtime-info';
import type { SandboxService } from '../runtime/sandbox-service';
import { fullReference } from './reference';

type Runtime = Pick<ContainerService, 'listContainers'> &
  Pick<RuntimeInfo, 'settings'> &
  Pick<SandboxService, 'listSandboxImages'> & { readonly images: Pick<ImageService, 'imageStatus'> };

/**
 * Ids and full names of the images that the node needs: those of containers, of
 * sandboxes that there are and of those to come, and those that its pods name.
 */
export async function imagesInUse(runtime: Runtime, pods: readonly corev1.Pod[]): Promise<ReadonlySet<string>> {
  const [{ sandboxImage: next }, ofSandboxes, containers] = await Promise.all([
    runtime.settings(),
    runtime.listSandboxImages(),
    runtime.listContainers(),
  ]);
  const sandboxes = new Set(next === undefined ? ofSandboxes : [next, ...ofSandboxes]);
  // The runtime knows best which of its images a name means.
  const ids = await Promise.all(
    [...sandboxes].map(async (name) => (await runtime.images.imageStatus(name))?.id ?? name),
  );
  const named = pods.flatMap((pod) => containersOf(pod).map(({ container }) => container.image ?? ''));
  return new Set([
    ...sandboxes,
    ...ids,
    ...containers.flatMap(({ image, imageRef }) => [image, imageRef]),
    ...named.map(fullReference),
  ]);
}
