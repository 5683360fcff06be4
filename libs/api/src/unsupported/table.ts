import { Kinds, type Kind } from '@skiff/contracts';
import { podRows } from './pod-fields';
import { unsupported, warningOf, type Unsupported } from './unsupported';

const policies = 'admission policies are not evaluated, so nothing is refused or changed by them';
const webhooks = 'admission webhooks are not called';
const volumes = 'volumes are neither bound to claims nor provisioned';
const drivers = 'CSI drivers are not called';
const devices = 'devices are not allocated';
const priorities = 'requests do not wait for one another by priority';
const notCalled = { event: { reason: 'WebhooksNotCalled', message: `This cluster calls no webhooks: ${webhooks}` } };
const notEvaluated = { event: { reason: 'PolicyNotEvaluated', message: `This cluster has no policies: ${policies}` } };

const admission: readonly Unsupported[] = [
  unsupported({
    kind: Kinds.ValidatingAdmissionPolicy,
    field: '',
    why: policies,
    notice: { condition: { type: 'Evaluated', reason: 'NotSupported', message: policies } },
  }),
  unsupported({ kind: Kinds.ValidatingAdmissionPolicyBinding, field: '', why: policies, notice: notEvaluated }),
  unsupported({ kind: Kinds.MutatingAdmissionPolicy, field: '', why: policies, notice: notEvaluated }),
  unsupported({ kind: Kinds.MutatingAdmissionPolicyBinding, field: '', why: policies, notice: notEvaluated }),
  unsupported({ kind: Kinds.ValidatingWebhookConfiguration, field: '', why: webhooks, notice: notCalled }),
  unsupported({ kind: Kinds.MutatingWebhookConfiguration, field: '', why: webhooks, notice: notCalled }),
];

const extensions: readonly Unsupported[] = [
  unsupported({
    kind: Kinds.CustomResourceDefinition,
    field: '',
    why: 'custom resources are not served',
    notice: {
      condition: { type: 'Established', reason: 'NotSupported', message: 'this cluster serves no custom resources' },
    },
  }),
  unsupported({
    kind: Kinds.APIService,
    field: 'spec.service',
    why: 'requests are not handed on to other API servers',
    applies: ({ spec }) => spec?.service !== undefined,
    notice: {
      condition: {
        type: 'Available',
        reason: 'NotSupported',
        message: 'this cluster hands no requests on to other API servers',
      },
    },
  }),
  unsupported({ kind: Kinds.FlowSchema, field: '', why: priorities }),
  unsupported({ kind: Kinds.PriorityLevelConfiguration, field: '', why: priorities }),
];

const scaling = 'pods are not scaled by what they use';
const autoscaling: readonly Unsupported[] = [
  unsupported({ kind: Kinds.HorizontalPodAutoscalerV1, field: '', why: scaling }),
  unsupported({
    kind: Kinds.HorizontalPodAutoscaler,
    field: '',
    why: scaling,
    notice: {
      condition: {
        type: 'ScalingActive',
        reason: 'NotSupported',
        message: 'this cluster does not scale pods by what they use',
      },
    },
  }),
  unsupported({
    kind: Kinds.Pod,
    field: 'spec.containers[*].resources',
    subresource: 'resize',
    why: 'containers that run keep what they were given',
  }),
];

const network: readonly Unsupported[] = [
  unsupported({
    kind: Kinds.NetworkPolicy,
    field: '',
    why: 'traffic between pods is not filtered',
    notice: {
      event: { reason: 'NotEnforced', message: 'This cluster does not filter traffic between pods: all of it passes' },
    },
  }),
  unsupported({
    kind: Kinds.ServiceCIDR,
    field: '',
    why: 'addresses of Services come from the range that the API server was started with',
    applies: ({ metadata }) => metadata?.name !== 'kubernetes',
    notice: {
      condition: {
        type: 'Ready',
        reason: 'NotSupported',
        message: 'this cluster takes addresses of Services from ServiceCIDR kubernetes alone',
      },
    },
  }),
];

const storage: readonly Unsupported[] = [
  unsupported({
    kind: Kinds.PersistentVolumeClaim,
    field: '',
    why: volumes,
    notice: {
      event: {
        reason: 'FailedBinding',
        message: 'this cluster neither binds nor provisions volumes: the claim stays pending, and so do its pods',
      },
    },
  }),
  unsupported({ kind: Kinds.PersistentVolume, field: '', why: volumes }),
  unsupported({ kind: Kinds.StorageClass, field: '', why: volumes }),
  unsupported({ kind: Kinds.VolumeAttributesClass, field: '', why: drivers }),
  unsupported({ kind: Kinds.CSIDriver, field: '', why: drivers }),
  unsupported({ kind: Kinds.CSIStorageCapacity, field: '', why: drivers }),
  unsupported({ kind: Kinds.VolumeAttachment, field: '', why: drivers }),
  unsupported({
    kind: Kinds.StatefulSet,
    field: 'spec.persistentVolumeClaimRetentionPolicy',
    why: 'claims of a StatefulSet are kept',
    applies: ({ spec }) =>
      [
        spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted,
        spec?.persistentVolumeClaimRetentionPolicy?.whenScaled,
      ].includes('Delete'),
  }),
];

const allocation: readonly Unsupported[] = [
  unsupported({ kind: Kinds.ResourceClaim, field: '', why: devices }),
  unsupported({ kind: Kinds.ResourceClaimTemplate, field: '', why: devices }),
  unsupported({ kind: Kinds.ResourceSlice, field: '', why: devices }),
  unsupported({ kind: Kinds.DeviceClass, field: '', why: devices }),
];

/** All that is accepted and has no effect. Whoever gives something an effect takes its row out. */
export const unsupportedTable: readonly Unsupported[] = [
  ...admission,
  ...extensions,
  ...autoscaling,
  ...network,
  ...storage,
  ...allocation,
  ...podRows,
];

const byMessage = new Map<string, Unsupported[]>();
for (const row of unsupportedTable) byMessage.set(row.kind.message, [...(byMessage.get(row.kind.message) ?? []), row]);

/** The rows that an object falls under, as far as it was written through this subresource. */
export function unsupportedIn<T>(kind: Kind<T>, object: T, subresource = ''): readonly Unsupported[] {
  const rows = byMessage.get(kind.message) ?? [];
  return rows.filter((row) => (row.subresource ?? '') === subresource && (row.applies?.(object) ?? true));
}

/** What whoever writes an object is told; nothing when all that it asks for was there before. */
export function unsupportedWarnings<T>(kind: Kind<T>, object: T, old: T | undefined, subresource: string): string[] {
  const rows = unsupportedIn(kind, object, subresource);
  if (rows.length === 0 || (old !== undefined && asked(old) === asked(object))) return [];
  return rows.map(warningOf);
}

/** All of an object but its metadata and its status. */
function asked(object: unknown): string {
  return JSON.stringify({ ...(object as object), metadata: undefined, status: undefined });
}
