import type { corev1 } from '@skiff/contracts';
import { refused, writes, type AdmissionPlugin, type AdmissionRequest } from '@skiff/api-server/admission';

type Containers = 'initContainers' | 'containers' | 'ephemeralContainers';
const groups: readonly Containers[] = ['initContainers', 'containers', 'ephemeralContainers'];
const subresources = ['', 'ephemeralcontainers'];

function podOf(request: AdmissionRequest): corev1.Pod | undefined {
  const writesPod = subresources.some((subresource) => writes(request, '', 'pods', subresource));
  return writesPod && request.operation !== 'DELETE' ? (request.object as corev1.Pod) : undefined;
}

/** An update that brings no new image leaves the old policy alone. */
function hasNewImages(request: AdmissionRequest, pod: corev1.Pod): boolean {
  if (request.operation === 'CREATE') return true;
  const images = (of: corev1.Pod | undefined): string[] =>
    groups.flatMap((group) => (of?.spec?.[group] ?? []).map(({ image = '' }) => image));
  const before = new Set(images(request.oldObject as corev1.Pod | undefined));
  return images(pod).some((image) => !before.has(image));
}

/** Every image is pulled with the pod's own credentials, even when a node has it already. */
export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  mutate(request) {
    const pod = podOf(request);
    if (!pod?.spec || !hasNewImages(request, pod)) return;
    for (const group of groups) for (const container of pod.spec[group] ?? []) container.imagePullPolicy = 'Always';
    for (const { image } of pod.spec.volumes ?? []) if (image) image.pullPolicy = 'Always';
  },
  validate(request) {
    const pod = podOf(request);
    if (!pod?.spec || !hasNewImages(request, pod)) return;
    for (const group of groups)
      for (const [index, { imagePullPolicy = '' }] of (pod.spec[group] ?? []).entries())
        if (imagePullPolicy !== 'Always')
          throw refused(
            request,
            `spec.${group}[${index}].imagePullPolicy: Unsupported value: ${JSON.stringify(imagePullPolicy)}: supported values: "Always"`,
          );
  },
};
