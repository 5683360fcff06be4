import { isLabelBelow, isReservedNodeLabel } from '@skiff/resources';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** The labels that differ between two versions of a Node and that are not its kubelet's to change, sorted. */
export function forbiddenLabels(now: Labels, before: Labels): string[] {
  return Object.keys({ ...now, ...before })
    .filter((label) => now?.[label] !== before?.[label])
    .filter((label) => isReservedNodeLabel(label) || isLabelBelow(label, 'node-restriction.kubernetes.io'))
    .sort();
}
