import { validLabelValue } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const deprecated: ReadonlyMap<string, string> = new Map(
  (
    [
      ['beta.kubernetes.io/arch', 'v1.14', 'kubernetes.io/arch'],
      ['beta.kubernetes.io/os', 'v1.14', 'kubernetes.io/os'],
      ['failure-domain.beta.kubernetes.io/region', 'v1.17', 'topology.kubernetes.io/region'],
      ['failure-domain.beta.kubernetes.io/zone', 'v1.17', 'topology.kubernetes.io/zone'],
      ['beta.kubernetes.io/instance-type', 'v1.17', 'node.kubernetes.io/instance-type'],
    ] as const
  ).map(([key, since, instead]) => [key, `deprecated since ${since}; use "${instead}" instead`]),
);

/** What to say of a label of nodes that has another name by now. Upstream: GetNodeLabelDeprecatedMessage. */
export const deprecationOf = (label: string | undefined): string | undefined => deprecated.get(label ?? '');

/** Labels by which nodes are chosen, each at a path of its own. */
export function warningsForNodeSelector(
  selector: Readonly<Record<string, string>> | undefined,
  path: string,
): string[] {
  return Object.keys(selector ?? {}).flatMap((key) => {
    const message = deprecationOf(key);
    return message ? [`${path}[${key}]: ${message}`] : [];
  });
}

/** `checksValues`: whether values that no label can have are told; where validation refuses them they need not be. */
export function warningsForNodeTerm(
  term: corev1.NodeSelectorTerm | undefined,
  checksValues: boolean,
  path: string,
): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key, values }, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const message = deprecationOf(key);
    const wrong = checksValues
      ? (values ?? []).flatMap((value, position) =>
          validLabelValue(value).map((problem) => `${at}.values[${position}]: ${problem}`),
        )
      : [];
    return [...(message ? [`${at}.key: ${key} is ${message}`] : []), ...wrong];
  });
}
