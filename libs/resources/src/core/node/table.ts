import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const nodeTable: Table<corev1.Node> = {
  columns: [
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
  cells: (node, now) => {
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
};
