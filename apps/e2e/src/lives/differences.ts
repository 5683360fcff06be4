import type { Difference } from './difference';
import { isObject, visitObjects } from './life';
import { asObjects, drop, dropVolumes, namedRepository, unschedulable } from './rewording';

/** Cases that need a controller or plugin that is not there yet. */
export const pending: ReadonlyMap<string, string> = new Map();

const scaling = /^Scaled (up|down) replica set (\S+) to (\d+)$/;

export const differences: readonly Difference[] = [
  {
    reason: 'since 1.24 no secret is made for a service account; pods get a projected token (kube-api-access) instead',
    recorded: (key, object) => {
      if (key === 'ServiceAccount/default') delete object['secrets'];
      dropVolumes(object, /^default-token-/);
    },
    observed: (_key, object) => dropVolumes(object, /^kube-api-access-/),
  },
  {
    reason: 'since 1.34 a zero creationTimestamp is left out of pod templates; the mask drops it on both sides',
  },
  {
    reason:
      'since 1.29 pods have the condition PodReadyToStartContainers, since 1.28 hostIPs, since 1.33 observedGeneration and generation',
    observed: (key, object) => {
      if (!key.startsWith('Pod/') || !isObject(object['status']) || !isObject(object['metadata'])) return;
      const status = object['status'];
      delete status['hostIPs'];
      delete status['observedGeneration'];
      delete object['metadata']['generation'];
      if (!Array.isArray(status['conditions'])) return;
      status['conditions'] = status['conditions'].filter(
        (condition) => isObject(condition) && condition['type'] !== 'PodReadyToStartContainers',
      );
      for (const condition of status['conditions']) if (isObject(condition)) delete condition['observedGeneration'];
    },
  },
  {
    reason:
      'since 1.33 a container status shows its resources and allocated resources, since 1.31 its volume mounts and user',
    observed: (key, object) => {
      if (!key.startsWith('Pod/') || !isObject(object['status'])) return;
      for (const list of ['containerStatuses', 'initContainerStatuses']) {
        for (const status of asObjects(object['status'][list]))
          for (const field of ['resources', 'allocatedResources', 'volumeMounts', 'user']) delete status[field];
      }
    },
  },
  {
    reason: 'since 1.33 ReplicaSets, and since 1.35 Deployments, count terminating replicas',
    observed: (key, object) => {
      if (/^(ReplicaSet|Deployment)\//.test(key) && isObject(object['status']))
        delete object['status']['terminatingReplicas'];
    },
  },
  {
    reason: 'since 1.23 a scaling event tells the count before: "Scaled up replica set x from 0 to 2"',
    recordedEvent: (event, before) => {
      const counts = [...before].reverse().map(({ message }) => scaling.exec(message));
      return {
        ...event,
        message: event.message.replace(scaling, (_all, way: string, name: string, to: string) => {
          const from = counts.find((match) => match?.[2] === name)?.[3] ?? '0';
          return `Scaled ${way} replica set ${name} from ${from} to ${to}`;
        }),
      };
    },
  },
  {
    reason: 'since 1.30 the event of an image that is there names who may use it',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        / already present on machine$/,
        ' already present on machine and can be accessed by the pod',
      ),
    }),
  },
  {
    reason: 'since 1.35 the events of a container made and started do not repeat its name, which the field path tells',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        /^(Created|Started) container \S+$/,
        (_all, what: string) => `Container ${what.toLowerCase()}`,
      ),
    }),
  },
  {
    reason: 'since 1.21 the config map of the root certificates has a description',
    observed: (key, object) => {
      if (key === 'ConfigMap/kube-root-ca.crt') drop(object, 'annotations', 'kubernetes.io/description');
    },
  },
  {
    reason: 'since 1.25 the event of a back-off names the container and the pod',
    recordedEvent: (event) => ({
      ...event,
      message: event.message.replace(
        /^Back-off restarting failed container$/,
        `Back-off restarting failed container ${/\{(.*)\}/.exec(event.fieldPath ?? '')?.[1] ?? ''} in pod ${event.about.slice(4)}_$$NS(<uid>)`,
      ),
    }),
  },
  {
    reason: 'since 1.24 the event of a failed postStart hook does not repeat its command and output',
    recordedEvent: (event) =>
      event.reason === 'FailedPostStartHook' ? { ...event, message: 'PostStartHook failed' } : event,
  },
  {
    reason: 'since 1.22 the conditions of a failed pod tell PodFailed in place of its unready containers',
    recorded: (key, object) => {
      const status = object['status'];
      if (!key.startsWith('Pod/') || !isObject(status) || status['phase'] !== 'Failed') return;
      for (const condition of asObjects(status['conditions'])) {
        if (condition['reason'] !== 'ContainersNotReady') continue;
        condition['reason'] = 'PodFailed';
        delete condition['message'];
      }
    },
  },
  {
    reason: 'since 1.22 a pod beyond its deadline has failed when its containers have ended, and keeps its conditions',
    recorded: (_key, object) => {
      const status = object['status'];
      if (!isObject(status) || status['reason'] !== 'DeadlineExceeded') return;
      status['hostIP'] = '<node ip>';
      const condition = { lastProbeTime: null, lastTransitionTime: '<time>' };
      status['conditions'] = [
        { ...condition, status: 'True', type: 'Initialized' },
        { ...condition, status: 'False', reason: 'PodFailed', type: 'Ready' },
        { ...condition, status: 'False', reason: 'PodFailed', type: 'ContainersReady' },
        { ...condition, status: 'True', type: 'PodScheduled' },
      ];
      for (const container of asObjects(status['containerStatuses'])) {
        container['started'] = false;
        container['state'] = {
          terminated: {
            containerID: 'containerd://<id>',
            exitCode: 0,
            finishedAt: '<time>',
            reason: 'Completed',
            startedAt: '<time>',
          },
        };
      }
    },
  },
  {
    reason: 'since 1.28 init containers, too, tell whether they have started',
    observed: (key, object) => {
      if (!key.startsWith('Pod/') || !isObject(object['status'])) return;
      for (const status of asObjects(object['status']['initContainerStatuses'])) delete status['started'];
    },
  },
  {
    reason: 'the reference parser of 1.35 names the repository whose name is not in lower case',
    recorded: (_key, object) => {
      visitObjects(object, (item) => {
        if (typeof item['message'] === 'string') item['message'] = namedRepository(item['message']);
      });
    },
    recordedEvent: (event) => ({ ...event, message: namedRepository(event.message) }),
  },
  {
    reason:
      'the scheduler of 1.35 says "affinity/selector", tells the anti-affinity once, what rules out all nodes without their number, and what preemption came to (the words of the plugin for dynamic resources, which Skiff does not have, are left out)',
    recorded: (_key, object) => {
      if (!isObject(object['status'])) return;
      for (const condition of asObjects(object['status']['conditions']))
        if (typeof condition['message'] === 'string') condition['message'] = unschedulable(condition['message']);
    },
    recordedEvent: (event) => ({ ...event, message: unschedulable(event.message) }),
  },
  {
    reason:
      'since 1.21 endpoint slices are v1, with nodeName in place of topology, since 1.26 with the conditions serving and terminating; 1.20 made an empty IPv6 slice for a headless service',
    recorded: (key, object) => {
      if (!key.startsWith('EndpointSlice/')) return;
      object['apiVersion'] = 'discovery.k8s.io/v1';
      for (const endpoint of asObjects(object['endpoints'])) {
        endpoint['nodeName'] = '<node>';
        delete endpoint['topology'];
      }
    },
    observed: (key, object) => {
      if (!key.startsWith('EndpointSlice/')) return;
      for (const endpoint of asObjects(object['endpoints'])) {
        drop(endpoint, 'conditions', 'serving');
        drop(endpoint, 'conditions', 'terminating');
      }
    },
  },
  {
    reason: "since 1.33 Endpoints are labelled as the controller's",
    observed: (key, object) => {
      if (key.startsWith('Endpoints/')) drop(object, 'labels', 'endpoints.kubernetes.io/managed-by');
    },
  },
  {
    reason:
      'since 1.28 pods of a StatefulSet are labelled with their index; it counts available replicas since 1.22 and has a policy for claims since 1.27',
    observed: (key, object) => {
      if (key.startsWith('Pod/')) drop(object, 'labels', 'apps.kubernetes.io/pod-index');
      if (!key.startsWith('StatefulSet/')) return;
      if (isObject(object['status'])) delete object['status']['availableReplicas'];
      if (isObject(object['spec'])) delete object['spec']['persistentVolumeClaimRetentionPolicy'];
    },
  },
  {
    reason: 'since 1.22 a DaemonSet has a surge, which is 0 unless told',
    observed: (key, object) => {
      const spec = object['spec'];
      if (!key.startsWith('DaemonSet/') || !isObject(spec) || !isObject(spec['updateStrategy'])) return;
      if (isObject(spec['updateStrategy']['rollingUpdate'])) delete spec['updateStrategy']['rollingUpdate']['maxSurge'];
    },
  },
  {
    reason:
      'Jobs: generation and completion mode since 1.21, suspension since 1.22, tracking by finalizers since 1.23, ready since 1.24, labels with a prefix since 1.27, conditions before the last since 1.31, pod replacement since 1.34',
    recorded: (key, object) => {
      if (!key.startsWith('Job/') || !isObject(object['spec'])) return;
      object['spec']['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': '<uid>' } };
      if (!isObject(object['status'])) return;
      for (const condition of asObjects(object['status']['conditions'])) {
        if (condition['type'] !== 'Complete') continue;
        condition['reason'] = 'CompletionsReached';
        condition['message'] = 'Reached expected number of succeeded pods';
      }
    },
    observed: (key, object) => {
      const template = isObject(object['spec']) ? object['spec']['template'] : undefined;
      for (const labelled of [object, template]) {
        if (!isObject(labelled)) continue;
        for (const label of ['controller-uid', 'job-name']) drop(labelled, 'labels', `batch.kubernetes.io/${label}`);
      }
      if (!key.startsWith('Job/')) return;
      const { metadata, spec, status } = object;
      if (isObject(metadata)) delete metadata['generation'];
      if (isObject(spec)) for (const field of ['completionMode', 'suspend', 'podReplacementPolicy']) delete spec[field];
      if (!isObject(status)) return;
      for (const field of ['ready', 'terminating', 'uncountedTerminatedPods']) delete status[field];
      status['conditions'] = asObjects(status['conditions']).filter(
        ({ type }) => type !== 'SuccessCriteriaMet' && type !== 'FailureTarget',
      );
    },
  },
  {
    reason: 'the service account controller of 1.20 retried the mount of a token that was not there yet',
    recordedEvent: (event) =>
      event.reason === 'FailedMount' && event.message.includes('default-token-') ? undefined : event,
  },
];
