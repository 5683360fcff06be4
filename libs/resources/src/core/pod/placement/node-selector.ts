import type { corev1 } from '@skiff/contracts';

/** What selectors and affinity look at of a node. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

export type NodePredicate = (node: SelectableNode) => boolean;

function compileRequirement(requirement: corev1.NodeSelectorRequirement, field: boolean): NodePredicate {
  const { key = '', operator = '', values = [] } = requirement;
  const read = (node: SelectableNode): string | undefined =>
    field ? (key === 'metadata.name' ? node.name : undefined) : node.labels[key];
  const wanted = new Set(values);
  switch (operator) {
    case 'In':
      return (node) => {
        const value = read(node);
        return value !== undefined && wanted.has(value);
      };
    case 'NotIn':
      return (node) => {
        const value = read(node);
        return value === undefined || !wanted.has(value);
      };
    case 'Exists':
      return (node) => read(node) !== undefined;
    case 'DoesNotExist':
      return (node) => read(node) === undefined;
    case 'Gt':
    case 'Lt': {
      const bound = integer(values[0]);
      return (node) => {
        const value = integer(read(node));
        if (value === undefined || bound === undefined) return false;
        return operator === 'Gt' ? value > bound : value < bound;
      };
    }
    default:
      return () => false;
  }
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** All requirements of a term must hold; a term without any holds for no node. */
export function compileNodeTerm(term: corev1.NodeSelectorTerm | undefined): NodePredicate {
  const requirements = [
    ...(term?.matchExpressions ?? []).map((requirement) => compileRequirement(requirement, false)),
    ...(term?.matchFields ?? []).map((requirement) => compileRequirement(requirement, true)),
  ];
  return requirements.length ? (node) => requirements.every((holds) => holds(node)) : () => false;
}

/** What a pod's spec requires of nodes by selector and affinity; undefined when it requires nothing. */
export function compileRequiredNodes(spec: corev1.PodSpec | undefined): NodePredicate | undefined {
  const labels = Object.entries(spec?.nodeSelector ?? {});
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (labels.length === 0 && !required) return undefined;
  const terms = required?.nodeSelectorTerms?.map(compileNodeTerm);
  return (node) =>
    labels.every(([key, value]) => node.labels[key] === value) && (!terms || terms.some((holds) => holds(node)));
}

/** The nodes that the terms name by `metadata.name`, when every term names some. */
export function namedNodes(spec: corev1.PodSpec | undefined): ReadonlySet<string> | undefined {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms?.length) return undefined;
  const union = new Set<string>();
  for (const { matchFields } of terms) {
    const lists = (matchFields ?? [])
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values }) => new Set(values));
    const [first, ...others] = lists;
    if (!first) return undefined;
    for (const name of first) if (others.every((other) => other.has(name))) union.add(name);
  }
  return union;
}
