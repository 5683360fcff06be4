import type { coordinationv1, corev1, nodev1, schedulingv1 } from '@skiff/contracts';
import { ageColumn, ageOf, column, nameColumn, nameOf } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

export const clusterPrinters: readonly Printer[] = [
  printer<corev1.Node>(
    '/nodes',
    [
      nameColumn,
      column('Status', 'Whether the node takes and runs pods.'),
      column('Roles', 'Roles by its labels.'),
      ageColumn,
      column('Version', 'Version of its kubelet.'),
      column('Internal-IP', 'Address within the cluster.', { wide: true }),
      column('External-IP', 'Address from outside.', { wide: true }),
      column('OS-Image', 'Its operating system.', { wide: true }),
      column('Kernel-Version', 'Its kernel.', { wide: true }),
      column('Container-Runtime', 'Its container runtime.', { wide: true }),
    ],
    (node, now) => {
      const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
      const status = [
        ready?.status === 'True' ? 'Ready' : ready ? 'NotReady' : 'Unknown',
        ...(node.spec?.unschedulable ? ['SchedulingDisabled'] : []),
      ];
      const roles = Object.entries(node.metadata?.labels ?? {})
        .flatMap(([key, value]) =>
          key.startsWith('node-role.kubernetes.io/') ? [key.slice(24)] : key === 'kubernetes.io/role' ? [value] : [],
        )
        .filter(Boolean)
        .sort();
      const address = (kind: string): string =>
        node.status?.addresses?.find(({ type }) => type === kind)?.address ?? '<none>';
      const info = node.status?.nodeInfo;
      return [
        nameOf(node),
        status.join(','),
        roles.join(',') || '<none>',
        ageOf(node, now),
        info?.kubeletVersion ?? '',
        address('InternalIP'),
        address('ExternalIP'),
        info?.osImage || '<unknown>',
        info?.kernelVersion || '<unknown>',
        info?.containerRuntimeVersion || '<unknown>',
      ];
    },
  ),
  printer<corev1.Namespace>(
    '/namespaces',
    [nameColumn, column('Status', 'Whether it is in use or going.'), ageColumn],
    (namespace, now) => [nameOf(namespace), namespace.status?.phase ?? '', ageOf(namespace, now)],
  ),
  printer<coordinationv1.Lease>(
    'coordination.k8s.io/leases',
    [nameColumn, column('Holder', 'Who holds it.'), ageColumn],
    (lease, now) => [nameOf(lease), lease.spec?.holderIdentity ?? '', ageOf(lease, now)],
  ),
  printer<schedulingv1.PriorityClass>(
    'scheduling.k8s.io/priorityclasses',
    [
      nameColumn,
      column('Value', 'The priority that it stands for.', { type: 'integer' }),
      column('Global-Default', 'Whether pods without a class have it.', { type: 'boolean' }),
      ageColumn,
      column('PreemptionPolicy', 'Whether its pods take the place of others.'),
    ],
    (value, now) => [
      nameOf(value),
      value.value ?? 0,
      value.globalDefault ?? false,
      ageOf(value, now),
      value.preemptionPolicy ?? '',
    ],
  ),
  printer<nodev1.RuntimeClass>(
    'node.k8s.io/runtimeclasses',
    [nameColumn, column('Handler', 'How nodes call it.'), ageColumn],
    (runtime, now) => [nameOf(runtime), runtime.handler ?? '', ageOf(runtime, now)],
  ),
];
