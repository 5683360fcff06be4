import { badRequest, nextInt64, parseInt64, sameValue, type Strategy } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';

const templateGeneration = 'deprecated.daemonset.template.generation';

/** How often a template changed: counted in an annotation since the field for it is gone. */
function templateGenerationOf({ metadata }: appsv1.DaemonSet): bigint {
  const text = metadata?.annotations?.[templateGeneration];
  if (text === undefined) return 0n;
  const value = parseInt64(text);
  if (value === undefined)
    throw badRequest(
      `DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return value;
}

function setTemplateGeneration(set: appsv1.DaemonSet, generation: bigint): void {
  set.metadata = {
    ...set.metadata,
    annotations: { ...set.metadata?.annotations, [templateGeneration]: String(generation) },
  };
}

export const daemonSetStrategy: Strategy<appsv1.DaemonSet> = {
  canonicalize: (set) => setTemplateGeneration(set, templateGenerationOf(set)),
  prepareForCreate: (set) => setTemplateGeneration(set, 1n),
  prepareForUpdate(set, old) {
    const before = templateGenerationOf(old);
    setTemplateGeneration(set, sameValue(set.spec?.template, old.spec?.template) ? before : nextInt64(before));
  },
};
