import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { unsupported, type Unsupported } from './unsupported';

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

interface Templated {
  spec?: { template?: corev1.PodTemplateSpec | undefined } | undefined;
}

const templated: readonly Kind<Templated>[] = [
  Kinds.Deployment,
  Kinds.ReplicaSet,
  Kinds.ReplicationController,
  Kinds.DaemonSet,
  Kinds.StatefulSet,
  Kinds.Job,
];

/** Fields of pods that have no effect, in pods and in every kind that describes some. */
export const podRows: readonly Unsupported[] = podFields.flatMap(({ field, why, applies }) => [
  unsupported({ kind: Kinds.Pod, field: `spec.${field}`, why, applies: ({ spec = {} }) => applies(spec) }),
  ...templated.map((kind) =>
    unsupported({
      kind,
      field: `spec.template.spec.${field}`,
      why,
      applies: ({ spec }) => applies(spec?.template?.spec ?? {}),
    }),
  ),
  unsupported({
    kind: Kinds.CronJob,
    field: `spec.jobTemplate.spec.template.spec.${field}`,
    why,
    applies: ({ spec }) => applies(spec?.jobTemplate?.spec?.template?.spec ?? {}),
  }),
]);
