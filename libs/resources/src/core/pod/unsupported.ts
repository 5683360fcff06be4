import type { Unsupported } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** A field of pods, wherever a pod is described. */
interface PodField {
  readonly field: string;
  readonly why: string;
  applies(spec: corev1.PodSpec): boolean;
}

const containersOf = ({ containers, initContainers }: corev1.PodSpec): corev1.Container[] => [
  ...(containers ?? []),
  ...(initContainers ?? []),
];

const podFields: readonly PodField[] = [
  {
    field: 'hostUsers',
    why: 'its nodes give no user namespaces, and do not start a pod that asks for one',
    applies: ({ hostUsers }) => hostUsers === false,
  },
  {
    field: 'resourceClaims',
    why: 'devices are not allocated',
    applies: ({ resourceClaims = [] }) => resourceClaims.length > 0,
  },
  {
    field: 'containers[*].restartPolicyRules',
    why: 'containers are restarted by the restartPolicy of their pod',
    applies: (spec) => containersOf(spec).some(({ restartPolicyRules = [] }) => restartPolicyRules.length > 0),
  },
  {
    field: 'containers[*].lifecycle.stopSignal',
    why: 'containers are stopped by the signal that their image names',
    applies: (spec) => containersOf(spec).some(({ lifecycle }) => Boolean(lifecycle?.stopSignal)),
  },
  {
    field: 'securityContext.supplementalGroupsPolicy',
    why: 'groups of the image are always added',
    applies: ({ securityContext }) => securityContext?.supplementalGroupsPolicy === 'Strict',
  },
];

/**
 * Fields of pods that have no effect, for a resource that describes pods.
 * @param path where its objects have the specification of a pod.
 */
export const unsupportedPodFields = <T>(
  path: string,
  specOf: (object: T) => corev1.PodSpec | undefined,
): Unsupported<T>[] =>
  podFields.map(({ field, why, applies }) => ({
    field: `${path}.${field}`,
    why,
    applies: (object) => applies(specOf(object) ?? {}),
  }));
