import { quantityToMilli, quantityToNumber } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** What of a node a field reference may name. */
export interface NodeFields {
  readonly hostIps: readonly string[];
  readonly nodeName: string;
  /** Of the node, for limits that a container leaves open. */
  readonly allocatable: { readonly cpuMilli: number; readonly memoryBytes: number; readonly storageBytes: number };
}

/** What of a pod and its node a field reference may name. */
export interface FieldContext extends NodeFields {
  readonly pod: corev1.Pod;
  readonly podIps: readonly string[];
}

/** The value of `fieldRef.fieldPath`; throws when the path is unknown. */
export function fieldValue(path: string, context: FieldContext): string {
  const { pod } = context;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) {
    const map = subscript[1] === 'labels' ? pod.metadata?.labels : pod.metadata?.annotations;
    return map?.[subscript[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata?.name ?? '';
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata?.uid ?? '';
    case 'metadata.labels':
      return formatMap(pod.metadata?.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata?.annotations);
    case 'spec.nodeName':
      return context.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    case 'status.hostIP':
      return context.hostIps[0] ?? '';
    case 'status.hostIPs':
      return context.hostIps.join(',');
    case 'status.podIP':
      return context.podIps[0] ?? '';
    case 'status.podIPs':
      return context.podIps.join(',');
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** As downward API files show a map: `key="value"` lines sorted by key. */
function formatMap(map: Record<string, string> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** The value of `resourceFieldRef`, in units of its divisor, rounded up. */
export function resourceValue(
  selector: corev1.ResourceFieldSelector,
  container: corev1.Container,
  context: FieldContext,
): string {
  const [kind = '', ...rest] = (selector.resource ?? '').split('.');
  const name = rest.join('.');
  const own = kind === 'limits' ? container.resources?.limits?.[name] : container.resources?.requests?.[name];
  const { cpuMilli, memoryBytes, storageBytes } = context.allocatable;
  if (name === 'cpu') {
    const open = kind === 'limits' ? cpuMilli : 0;
    const value = own === undefined ? open : quantityToMilli(own);
    const divisor =
      selector.divisor === undefined || selector.divisor === '0' ? 1000 : quantityToMilli(selector.divisor);
    return String(Math.ceil(value / divisor));
  }
  const node = name === 'memory' ? memoryBytes : name === 'ephemeral-storage' ? storageBytes : 0;
  const value = own === undefined ? (kind === 'limits' ? node : 0) : quantityToNumber(own);
  const divisor = selector.divisor === undefined || selector.divisor === '0' ? 1 : quantityToNumber(selector.divisor);
  return String(Math.ceil(value / divisor));
}
