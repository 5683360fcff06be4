import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import {
  refused,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';
import { describe, violations } from './evaluate';
import { validateNamespace } from './namespaces';
import { nameOf, policyOf, type Policy } from './policy';

interface Template {
  readonly metadata?: metav1.ObjectMeta | undefined;
  readonly spec?: corev1.PodSpec | undefined;
}

const templateOf = (object: unknown): Template | undefined =>
  (object as { spec?: { template?: Template } }).spec?.template;

/** Where the pods of a workload are described. */
const workloads: ReadonlyMap<string, (object: unknown) => Template | undefined> = new Map([
  ['replicationcontrollers', templateOf],
  ['podtemplates', (object: unknown) => (object as corev1.PodTemplate).template],
  ['replicasets.apps', templateOf],
  ['deployments.apps', templateOf],
  ['statefulsets.apps', templateOf],
  ['daemonsets.apps', templateOf],
  ['jobs.batch', templateOf],
  [
    'cronjobs.batch',
    (object: unknown) => templateOf((object as { spec?: { jobTemplate?: unknown } }).spec?.jobTemplate ?? {}),
  ],
]);

/** Subresources of pods that change nothing a standard looks at. */
const harmless = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

/** An update matters when it brings another image, or other containers. */
function isSignificant(pod: corev1.Pod, old: corev1.Pod): boolean {
  const images = ({ spec }: corev1.Pod): string =>
    JSON.stringify(
      [spec?.containers, spec?.initContainers, spec?.ephemeralContainers].map((all) =>
        (all ?? []).map(({ name, image }) => [name, image]),
      ),
    );
  return images(pod) !== images(old);
}

const prefix = 'pod-security.kubernetes.io/';

/** Notes for the audit log what the standard that a namespace has audited would not let in. */
function audit(request: AdmissionRequest, { audit: standard }: Policy, { metadata, spec }: Template): void {
  const found = violations(metadata, spec, standard);
  if (found.length > 0)
    request.annotate(
      `${prefix}audit-violations`,
      `would violate PodSecurity ${JSON.stringify(nameOf(standard))}: ${describe(found)}`,
    );
}

function warn(request: AdmissionRequest, { warn: standard }: Policy, { metadata, spec }: Template): void {
  const found = violations(metadata, spec, standard);
  if (found.length > 0)
    request.warn(`would violate PodSecurity ${JSON.stringify(nameOf(standard))}: ${describe(found)}`);
}

/**
 * Holds pods to the standard that their namespace enforces, warns of what another one would not let in, and notes
 * for the audit log what a third would not: of pods, and of the templates of workloads. Upstream: pod-security-admission.
 */
export function podSecurity(reader: AdmissionReader): AdmissionPlugin {
  const policy = async (namespace: string): Promise<Policy> => {
    const found =
      (await reader.get(Kinds.Namespace, '', namespace)) ?? (await reader.getNewest(Kinds.Namespace, '', namespace));
    return policyOf(found?.metadata?.labels);
  };
  const validatePod = async (request: AdmissionRequest): Promise<void> => {
    const pod = request.object as corev1.Pod;
    if (request.operation === 'UPDATE' && !isSignificant(pod, request.oldObject as corev1.Pod)) return;
    const wanted = await policy(request.namespace);
    const found = violations(pod.metadata, pod.spec, wanted.enforce);
    request.annotate(`${prefix}enforce-policy`, nameOf(wanted.enforce));
    audit(request, wanted, pod);
    if (found.length > 0)
      throw refused(request, `violates PodSecurity ${JSON.stringify(nameOf(wanted.enforce))}: ${describe(found)}`);
    warn(request, wanted, pod);
  };
  const warnOfTemplate = async (request: AdmissionRequest, template: typeof templateOf | undefined): Promise<void> => {
    const wanted = await policy(request.namespace);
    const described = template?.(request.object);
    if (!described) return;
    audit(request, wanted, described);
    warn(request, wanted, described);
  };
  return {
    name: 'PodSecurity',
    operations: ['CREATE', 'UPDATE'],
    validate: {
      resources: ['namespaces', 'pods/*', ...workloads.keys()],
      run(request) {
        const { group, resource } = request.resource;
        if (resource === 'namespaces') return validateNamespace(request, reader);
        if (resource === 'pods') return harmless.has(request.subresource) ? undefined : validatePod(request);
        return warnOfTemplate(request, workloads.get(group ? `${resource}.${group}` : resource));
      },
    },
  };
}
