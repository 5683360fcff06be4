import type { corev1 } from '@skiff/contracts';
import { refused, type AdmissionPlugin, type AdmissionRequest } from '@skiff/api-server/admission';

type Containers = 'initContainers' | 'containers' | 'ephemeralContainers';
const groups: readonly Containers[] = ['initContainers', 'containers', 'ephemeralContainers'];
const resources = ['pods', 'pods/ephemeralcontainers'];

/** An update that brings no new image leaves the old policy alone. */
function hasNewImages(request: AdmissionRequest, pod: corev1.Pod): boolean {
  if (request.operation === 'CREATE') return true;
  const images = (of: corev1.Pod | undefined): string[] =>
    groups.flatMap((group) => (of?.spec?.[group] ?? []).map(({ image = '' }) => image));
  const before = new Set(images(request.oldObject as corev1.Pod | undefined));
  return images(pod).some((image) => !before.has(image));
}

/** The pod's specification with every image, of containers and of volumes, pulled each time. */
function pulling(spec: corev1.PodSpec): corev1.PodSpec {
  const volumes = spec.volumes?.map((volume) =>
    volume.image ? { ...volume, image: { ...volume.image, pullPolicy: 'Always' as const } } : volume,
  );
  const containers = groups.flatMap((group) => {
    const all = spec[group];
    return all ? [[group, all.map((container) => ({ ...container, imagePullPolicy: 'Always' as const }))]] : [];
  });
  return { ...spec, ...Object.fromEntries(containers), ...(volumes ? { volumes } : {}) };
}

/** Every image is pulled with the pod's own credentials, even when a node has it already. */
export const alwaysPullImages: AdmissionPlugin = {
  name: 'AlwaysPullImages',
  operations: ['CREATE', 'UPDATE'],
  mutate: {
    resources,
    run(request) {
      const pod = request.object as corev1.Pod;
      return pod.spec && hasNewImages(request, pod) ? { ...pod, spec: pulling(pod.spec) } : pod;
    },
  },
  validate: {
    resources,
    run(request) {
      const pod = request.object as corev1.Pod;
      if (!pod.spec || !hasNewImages(request, pod)) return;
      for (const group of groups)
        for (const [index, { imagePullPolicy = '' }] of (pod.spec[group] ?? []).entries())
          if (imagePullPolicy !== 'Always')
            throw refused(
              request,
              `spec.${group}[${index}].imagePullPolicy: Unsupported value: ${JSON.stringify(imagePullPolicy)}: supported values: "Always"`,
            );
    },
  },
};
