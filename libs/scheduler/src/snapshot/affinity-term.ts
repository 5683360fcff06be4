import { labelSelectorPredicate, type LabelPredicate } from '@skiff/apimachinery';
import type { corev1, metav1 } from '@skiff/contracts';

type Labels = Readonly<Record<string, string>> | undefined;

/** An affinity or anti-affinity term, ready to be matched against pods. */
export interface AffinityTerm {
  /** The same for terms that mean the same. */
  readonly key: string;
  readonly topologyKey: string;
  readonly namespaces: ReadonlySet<string>;
  /** Selects further namespaces by their labels. */
  readonly namespaceSelector: LabelPredicate | undefined;
  readonly selector: LabelPredicate;
  /** 1 for required terms, 1 to 100 for preferred ones. */
  readonly weight: number;
}

const compiled = new Map<string, LabelPredicate>();

/** The predicate of a selector; equal selectors share one. */
export function compileSelector(selector: metav1.LabelSelector | undefined): { key: string; matches: LabelPredicate } {
  const key = selector ? JSON.stringify(selector) : 'none';
  let matches = compiled.get(key);
  if (!matches) {
    matches = labelSelectorPredicate(selector);
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(key, matches);
  }
  return { key, matches };
}

/** The API server has written the values of `matchLabelKeys` and `mismatchLabelKeys` into the selector. */
export function compileTerm(term: corev1.PodAffinityTerm, pod: corev1.Pod, weight: number): AffinityTerm {
  const own = pod.metadata?.namespace ?? '';
  const selector = compileSelector(term.labelSelector);
  const names = term.namespaces?.length ? [...term.namespaces].sort() : term.namespaceSelector ? [] : [own];
  const inNamespaces = term.namespaceSelector ? compileSelector(term.namespaceSelector) : undefined;
  const topologyKey = term.topologyKey ?? '';
  return {
    key: `${topologyKey}|${names.join(',')}|${inNamespaces?.key ?? ''}|${selector.key}`,
    topologyKey,
    namespaces: new Set(names),
    namespaceSelector: inNamespaces?.matches,
    selector: selector.matches,
    weight,
  };
}

/** Whether a term selects a pod with these labels in this namespace. */
export function termMatches(term: AffinityTerm, namespace: string, labels: Labels, namespaceLabels: Labels): boolean {
  if (!term.namespaces.has(namespace) && !term.namespaceSelector?.(namespaceLabels ?? {})) return false;
  return term.selector(labels ?? {});
}
