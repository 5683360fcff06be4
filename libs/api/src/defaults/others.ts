import type {
  admissionregistrationv1,
  authenticationv1,
  autoscalingv2,
  corev1,
  rbacv1,
  schedulingv1,
  storagev1,
} from '@skiff/contracts';

export function defaultSecret(secret: corev1.Secret): void {
  secret.type ??= 'Opaque';
}

export function defaultNamespace(namespace: corev1.Namespace): void {
  namespace.status ??= {};
  namespace.status.phase ??= 'Active';
  const metadata = (namespace.metadata ??= {});
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

export function defaultNode(node: corev1.Node): void {
  const status = node.status;
  if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
}

export function defaultLimitRange({ spec }: corev1.LimitRange): void {
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    if (item.max) item.default = { ...item.max, ...item.default };
    const request = { ...item.min, ...item.default, ...item.defaultRequest };
    if (Object.keys(request).length) item.defaultRequest = request;
  }
}

export function defaultPersistentVolume(volume: corev1.PersistentVolume): void {
  volume.status ??= {};
  volume.status.phase ??= 'Pending';
  const { spec } = volume;
  if (!spec) return;
  spec.persistentVolumeReclaimPolicy ??= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  if (spec.hostPath) spec.hostPath.type ??= '';
}

export function defaultPersistentVolumeClaim(claim: corev1.PersistentVolumeClaim): void {
  claim.status ??= {};
  claim.status.phase ??= 'Pending';
  if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
}

export function defaultStorageClass(storageClass: storagev1.StorageClass): void {
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}

export function defaultCsiDriver({ spec }: storagev1.CSIDriver): void {
  if (!spec) return;
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  spec.volumeLifecycleModes ??= ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

export function defaultPriorityClass(priorityClass: schedulingv1.PriorityClass): void {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}

function defaultSubjects(subjects: rbacv1.Subject[] | null | undefined): void {
  for (const subject of subjects ?? []) {
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group'))
      subject.apiGroup = 'rbac.authorization.k8s.io';
  }
}

export function defaultRoleBinding(binding: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding): void {
  if (binding.roleRef && !binding.roleRef.apiGroup) binding.roleRef.apiGroup = 'rbac.authorization.k8s.io';
  defaultSubjects(binding.subjects);
}

/** How fast an autoscaler moves unless it says otherwise; once it says anything, all of it is shown. */
function defaultBehavior(behavior: autoscalingv2.HorizontalPodAutoscalerBehavior): void {
  const doubled = { type: 'Percent', value: 100, periodSeconds: 15 };
  behavior.scaleUp = {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { ...doubled }],
    ...behavior.scaleUp,
  };
  behavior.scaleDown = { selectPolicy: 'Max', policies: [{ ...doubled }], ...behavior.scaleDown };
}

export function defaultAutoscaler({ spec }: autoscalingv2.HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  spec.metrics ??= [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ];
  if (spec.behavior) defaultBehavior(spec.behavior);
}

export function defaultTokenRequest({ spec }: authenticationv1.TokenRequest): void {
  if (spec) spec.expirationSeconds ??= 3600;
}

export function defaultWebhooks(
  configuration:
    admissionregistrationv1.ValidatingWebhookConfiguration | admissionregistrationv1.MutatingWebhookConfiguration,
): void {
  for (const webhook of configuration.webhooks ?? []) {
    webhook.failurePolicy ??= 'Fail';
    webhook.matchPolicy ??= 'Equivalent';
    webhook.namespaceSelector ??= {};
    webhook.objectSelector ??= {};
    webhook.timeoutSeconds ??= 10;
    if ('reinvocationPolicy' in webhook || configuration.kind === 'MutatingWebhookConfiguration')
      (webhook as admissionregistrationv1.MutatingWebhook).reinvocationPolicy ??= 'Never';
    if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
    for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  }
}
