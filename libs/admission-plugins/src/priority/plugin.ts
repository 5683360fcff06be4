import { Kinds, type corev1, type schedulingv1 } from '@skiff/contracts';
import {
  refused,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';

const kind = Kinds.PriorityClass;

/** Gives every pod the number that its priority class stands for. */
export function priority(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'Priority',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    mutate: {
      operations: ['CREATE', 'UPDATE'],
      resources: ['pods'],
      run: (request) => (request.operation === 'CREATE' ? setPriority(reader, request) : keepPriority(request)),
    },
    validate: {
      operations: ['CREATE', 'UPDATE'],
      resources: ['priorityclasses.scheduling.k8s.io'],
      async run(request) {
        const { globalDefault, metadata } = request.object as schedulingv1.PriorityClass;
        if (!globalDefault) return;
        const other = (await reader.list(kind, '')).find(
          (one) => one.globalDefault && one.metadata?.name !== metadata?.name,
        );
        if (other)
          throw refused(
            request,
            `PriorityClass ${other.metadata?.name} is already marked as default. Only one default can exist`,
          );
      },
    },
  };
}

/** A client that does not know the fields leaves them out; they are as they were. */
function keepPriority({ object, oldObject }: AdmissionRequest): corev1.Pod {
  const pod = object as corev1.Pod;
  const { spec } = pod;
  const { priority: number, preemptionPolicy: policy } = (oldObject as corev1.Pod).spec ?? {};
  if (!spec) return pod;
  if (number !== undefined) spec.priority ??= number;
  if (policy) spec.preemptionPolicy ??= policy;
  return pod;
}

async function setPriority(reader: AdmissionReader, request: AdmissionRequest): Promise<corev1.Pod> {
  const pod = request.object as corev1.Pod;
  const spec = (pod.spec ??= {});
  const found = spec.priorityClassName ? await named(reader, request, spec.priorityClassName) : await preset(reader);
  const priorityClassName = found?.metadata?.name || spec.priorityClassName;
  const value = found?.value ?? 0;
  const policy = found?.preemptionPolicy || 'PreemptLowerPriority';
  const computed = 'must not be provided in pod spec; priority admission controller computed';
  if (spec.priority !== undefined && spec.priority !== value)
    throw refused(
      request,
      `the integer value of priority (${spec.priority}) ${computed} ${value} from the given PriorityClass name`,
    );
  if (spec.preemptionPolicy && spec.preemptionPolicy !== policy)
    throw refused(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${computed} ${policy} from the given PriorityClass name`,
    );
  if (priorityClassName !== undefined) spec.priorityClassName = priorityClassName;
  spec.priority = value;
  spec.preemptionPolicy = policy;
  return pod;
}

async function named(
  reader: AdmissionReader,
  request: AdmissionRequest,
  name: string,
): Promise<schedulingv1.PriorityClass> {
  const found = (await reader.get(kind, '', name)) ?? (await reader.getNewest(kind, '', name));
  if (!found) throw refused(request, `no PriorityClass with name ${name} was found`);
  return found;
}

/** The class that pods without one get; of several, the one of the least value. */
async function preset(reader: AdmissionReader): Promise<schedulingv1.PriorityClass | undefined> {
  const defaults = (await reader.list(kind, '')).filter((one) => one.globalDefault);
  return defaults.sort((one, other) => (one.value ?? 0) - (other.value ?? 0))[0];
}
