import { Kinds, type corev1, type metav1, type policyv1 } from '@skiff/contracts';
import { labelSelectorPredicate, badRequest, StatusError } from '@skiff/apimachinery';
import { formatTime, type Clock } from '@skiff/platform';
import { admitAction, type AdmissionParts } from '../admission/action';
import type { AdmissionReader } from '../admission/reader';
import { admissionTarget } from '../admission/target';
import { apiServerUser } from '../auth/user';
import type { ActionHandler, ActionRequest } from '../request/handlers';
import { notFound } from '../registry/errors';
import type { Registry } from '../registry/registry';

export interface EvictionOptions extends AdmissionParts {
  readonly reader: AdmissionReader;
  readonly registry: Registry;
  readonly clock: Clock;
}

/** More unconfirmed evictions than this mean that nobody confirms them. */
const mostDisruptedPods = 2000;

const podsEviction = admissionTarget(Kinds.Pod, 'eviction', Kinds.Eviction);

/** Deletes a pod if its disruption budget allows: `pods/eviction`. */
export function eviction(options: EvictionOptions): ActionHandler<policyv1.Eviction> {
  return async (request) => {
    const { namespace, name } = request;
    if (request.object.metadata?.name !== name) throw badRequest('name in URL does not match name in Eviction object');
    const { deleteOptions } = (await admitAction(options, podsEviction, request)) as policyv1.Eviction;
    const pod = await options.reader.getNewest(Kinds.Pod, namespace, name);
    if (!pod) throw notFound(Kinds.Pod, name);
    if (!isExempt(pod)) await spendBudget(options, request, pod);
    const dryRun = request.dryRun || Boolean(deleteOptions?.dryRun?.length);
    const preconditions = { uid: pod.metadata?.uid, ...deleteOptions?.preconditions };
    const write = { user: request.user, dryRun, warn: request.warn };
    await options.registry
      .of(Kinds.Pod)
      .delete(namespace, name, { ...deleteOptions, preconditions } as metav1.DeleteOptions, write);
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as never;
  };
}

/** Pods that serve nobody, or are on their way out, need no budget. */
function isExempt({ metadata, status }: corev1.Pod): boolean {
  return metadata?.deletionTimestamp != null || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '');
}

async function spendBudget(options: EvictionOptions, request: ActionRequest, pod: corev1.Pod): Promise<void> {
  const { namespace, name } = request;
  const all = await options.reader.list(Kinds.PodDisruptionBudget, namespace);
  const labels = pod.metadata?.labels ?? {};
  const matching = all.filter(({ spec }) => spec?.selector && labelSelectorPredicate(spec.selector)(labels));
  if (matching.length > 1)
    throw new StatusError(
      500,
      '',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const [budget] = matching;
  if (!budget || isFreeForUnready(pod, budget)) return;
  await options.registry.of(Kinds.PodDisruptionBudget).update(
    {
      namespace,
      name: budget.metadata?.name ?? '',
      subresource: 'status',
      change: (current) => spend(current, name, options.clock),
    },
    { user: apiServerUser, fieldManager: 'kube-apiserver', dryRun: request.dryRun, warn: request.warn },
  );
}

/** A pod that is not Ready may go when the others suffice, or when its budget says that it always may. */
function isFreeForUnready(pod: corev1.Pod, { spec, status }: policyv1.PodDisruptionBudget): boolean {
  const ready = pod.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  if (ready) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** The budget with one disruption fewer. Throws TooManyRequests with upstream's words when none is left. */
export function spend(
  budget: policyv1.PodDisruptionBudget,
  podName: string,
  clock: Clock,
): policyv1.PodDisruptionBudget {
  const { metadata, status = {} } = budget;
  const name = metadata?.name ?? '';
  const { disruptionsAllowed = 0, disruptedPods = {}, desiredHealthy = 0, currentHealthy = 0 } = status;
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0))
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (disruptionsAllowed < 0) throw refuse(name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > mostDisruptedPods)
    throw refuse(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (disruptionsAllowed === 0)
    throw tooMany(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
      0,
    );
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: disruptionsAllowed - 1,
      disruptedPods: { ...disruptedPods, [podName]: formatTime(clock.now()) },
    },
  };
}

function tooMany(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
}

const refuse = (name: string, text: string): StatusError =>
  new StatusError(403, 'Forbidden', `poddisruptionbudgets.policy ${JSON.stringify(name)} is forbidden: ${text}`, {
    name,
    group: 'policy',
    kind: 'poddisruptionbudgets',
  });
