import { compareQuantities } from '@skiff/apimachinery';
import { Kinds, type corev1, type nodev1 } from '@skiff/contracts';
import {
  refused,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';

type Amounts = Readonly<Record<string, string>>;

function sameAmounts(one: Amounts, other: Amounts): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => other[name] !== undefined && compareQuantities(one[name] ?? '0', other[name]) === 0)
  );
}

const isEmpty = (amounts: Amounts | undefined): boolean => Object.keys(amounts ?? {}).length === 0;

/** The pod pays what its runtime costs. */
function withOverhead(
  request: AdmissionRequest,
  spec: corev1.PodSpec,
  { overhead }: nodev1.RuntimeClass,
): corev1.PodSpec {
  const fixed = overhead?.podFixed;
  if (!fixed) return spec;
  if (!isEmpty(spec.overhead) && !sameAmounts(spec.overhead ?? {}, fixed))
    throw refused(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  return { ...spec, overhead: { ...fixed } };
}

/** The pod goes where its runtime is. */
function withScheduling(
  request: AdmissionRequest,
  spec: corev1.PodSpec,
  { scheduling }: nodev1.RuntimeClass,
): corev1.PodSpec {
  const selector = scheduling?.nodeSelector ?? {};
  for (const [key, value] of Object.entries(selector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value)
      throw refused(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
  }
  const known = new Set((spec.tolerations ?? []).map(identity));
  const more = (scheduling?.tolerations ?? []).filter((toleration) => !known.has(identity(toleration)));
  return {
    ...spec,
    ...(Object.keys(selector).length > 0 ? { nodeSelector: { ...spec.nodeSelector, ...selector } } : {}),
    ...(more.length > 0 ? { tolerations: [...(spec.tolerations ?? []), ...more] } : {}),
  };
}

const identity = ({ key, operator, value, effect, tolerationSeconds }: corev1.Toleration): string =>
  JSON.stringify([key, operator, value, effect, tolerationSeconds]);

/** Gives a pod the overhead and the place of its runtime class, which has to exist. */
export function runtimeClass(reader: AdmissionReader): AdmissionPlugin {
  const classOf = async (request: AdmissionRequest, spec: corev1.PodSpec): Promise<nodev1.RuntimeClass | undefined> => {
    const name = spec.runtimeClassName;
    if (!name) return undefined;
    const found =
      (await reader.get(Kinds.RuntimeClass, '', name)) ?? (await reader.getNewest(Kinds.RuntimeClass, '', name));
    if (!found) throw refused(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    return found;
  };
  const forRuntime = async (request: AdmissionRequest, pod: corev1.Pod, spec: corev1.PodSpec): Promise<corev1.Pod> => {
    const runtime = await classOf(request, spec);
    if (!runtime) return pod;
    return { ...pod, spec: withScheduling(request, withOverhead(request, spec, runtime), runtime) };
  };
  return {
    name: 'RuntimeClass',
    operations: ['CREATE'],
    mutate: {
      resources: ['pods'],
      run(request) {
        const pod = request.object as corev1.Pod;
        return pod.spec?.runtimeClassName ? forRuntime(request, pod, pod.spec) : pod;
      },
    },
    validate: {
      resources: ['pods'],
      async run(request) {
        const { spec } = request.object as corev1.Pod;
        if (!spec || isEmpty(spec.overhead)) return;
        const runtime = await classOf(request, spec);
        if (!runtime?.overhead)
          throw refused(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      },
    },
  };
}
