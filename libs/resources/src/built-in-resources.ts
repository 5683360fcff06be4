import type { Resource } from '@skiff/apimachinery';
import { mutatingAdmissionPolicyBindingResource } from './admissionregistration/mutating-admission-policy-binding/resource';
import { mutatingAdmissionPolicyResource } from './admissionregistration/mutating-admission-policy/resource';
import { mutatingWebhookConfigurationResource } from './admissionregistration/mutating-webhook-configuration/resource';
import { validatingAdmissionPolicyBindingResource } from './admissionregistration/validating-admission-policy-binding/resource';
import { validatingAdmissionPolicyResource } from './admissionregistration/validating-admission-policy/resource';
import { validatingWebhookConfigurationResource } from './admissionregistration/validating-webhook-configuration/resource';
import { customResourceDefinitionResource } from './apiextensions/custom-resource-definition/resource';
import { apiServiceResource } from './apiregistration/api-service/resource';
import { controllerRevisionResource } from './apps/controller-revision/resource';
import { daemonSetResource } from './apps/daemon-set/resource';
import { deploymentResource } from './apps/deployment/resource';
import { replicaSetResource } from './apps/replica-set/resource';
import { statefulSetResource } from './apps/stateful-set/resource';
import { selfSubjectReviewResource } from './authentication/self-subject-review/resource';
import { tokenReviewResource } from './authentication/token-review/resource';
import { localSubjectAccessReviewResource } from './authorization/local-subject-access-review/resource';
import { selfSubjectAccessReviewResource } from './authorization/self-subject-access-review/resource';
import { selfSubjectRulesReviewResource } from './authorization/self-subject-rules-review/resource';
import { subjectAccessReviewResource } from './authorization/subject-access-review/resource';
import { horizontalPodAutoscalerV1Resource } from './autoscaling/horizontal-pod-autoscaler-v1/resource';
import { horizontalPodAutoscalerResource } from './autoscaling/horizontal-pod-autoscaler/resource';
import { cronJobResource } from './batch/cron-job/resource';
import { jobResource } from './batch/job/resource';
import { certificateSigningRequestResource } from './certificates/certificate-signing-request/resource';
import { leaseResource } from './coordination/lease/resource';
import { bindingResource } from './core/binding/resource';
import { componentStatusResource } from './core/component-status/resource';
import { configMapResource } from './core/config-map/resource';
import { endpointsResource } from './core/endpoints/resource';
import { eventResource } from './core/event/resource';
import { limitRangeResource } from './core/limit-range/resource';
import { namespaceResource } from './core/namespace/resource';
import { nodeResource } from './core/node/resource';
import { persistentVolumeClaimResource } from './core/persistent-volume-claim/resource';
import { persistentVolumeResource } from './core/persistent-volume/resource';
import { podTemplateResource } from './core/pod-template/resource';
import { podResource } from './core/pod/resource';
import { replicationControllerResource } from './core/replication-controller/resource';
import { resourceQuotaResource } from './core/resource-quota/resource';
import { secretResource } from './core/secret/resource';
import { serviceAccountResource } from './core/service-account/resource';
import { serviceResource } from './core/service/resource';
import { endpointSliceResource } from './discovery/endpoint-slice/resource';
import { eventsEventResource } from './events/event/resource';
import { flowSchemaResource } from './flowcontrol/flow-schema/resource';
import { priorityLevelConfigurationResource } from './flowcontrol/priority-level-configuration/resource';
import { ingressClassResource } from './networking/ingress-class/resource';
import { ingressResource } from './networking/ingress/resource';
import { ipAddressResource } from './networking/ip-address/resource';
import { networkPolicyResource } from './networking/network-policy/resource';
import { serviceCIDRResource } from './networking/service-cidr/resource';
import { runtimeClassResource } from './node/runtime-class/resource';
import { podDisruptionBudgetResource } from './policy/pod-disruption-budget/resource';
import { clusterRoleBindingResource } from './rbac/cluster-role-binding/resource';
import { clusterRoleResource } from './rbac/cluster-role/resource';
import { roleBindingResource } from './rbac/role-binding/resource';
import { roleResource } from './rbac/role/resource';
import { deviceClassResource } from './resource/device-class/resource';
import { resourceClaimTemplateResource } from './resource/resource-claim-template/resource';
import { resourceClaimResource } from './resource/resource-claim/resource';
import { resourceSliceResource } from './resource/resource-slice/resource';
import { priorityClassResource } from './scheduling/priority-class/resource';
import { csiDriverResource } from './storage/csi-driver/resource';
import { csiNodeResource } from './storage/csi-node/resource';
import { csiStorageCapacityResource } from './storage/csi-storage-capacity/resource';
import { storageClassResource } from './storage/storage-class/resource';
import { volumeAttachmentResource } from './storage/volume-attachment/resource';
import { volumeAttributesClassResource } from './storage/volume-attributes-class/resource';

/** Every resource of Kubernetes itself. Groups are discovered in this order. */
export const builtInResources: readonly Resource[] = [
  mutatingWebhookConfigurationResource,
  validatingAdmissionPolicyResource,
  validatingAdmissionPolicyBindingResource,
  validatingWebhookConfigurationResource,
  controllerRevisionResource,
  daemonSetResource,
  deploymentResource,
  replicaSetResource,
  statefulSetResource,
  selfSubjectReviewResource,
  tokenReviewResource,
  localSubjectAccessReviewResource,
  selfSubjectAccessReviewResource,
  selfSubjectRulesReviewResource,
  subjectAccessReviewResource,
  horizontalPodAutoscalerV1Resource,
  horizontalPodAutoscalerResource,
  cronJobResource,
  jobResource,
  certificateSigningRequestResource,
  leaseResource,
  bindingResource,
  componentStatusResource,
  configMapResource,
  endpointsResource,
  eventResource,
  limitRangeResource,
  namespaceResource,
  nodeResource,
  persistentVolumeResource,
  persistentVolumeClaimResource,
  podResource,
  podTemplateResource,
  replicationControllerResource,
  resourceQuotaResource,
  secretResource,
  serviceResource,
  serviceAccountResource,
  endpointSliceResource,
  eventsEventResource,
  flowSchemaResource,
  priorityLevelConfigurationResource,
  ipAddressResource,
  ingressResource,
  ingressClassResource,
  networkPolicyResource,
  serviceCIDRResource,
  runtimeClassResource,
  podDisruptionBudgetResource,
  clusterRoleResource,
  clusterRoleBindingResource,
  roleResource,
  roleBindingResource,
  deviceClassResource,
  resourceClaimResource,
  resourceClaimTemplateResource,
  resourceSliceResource,
  priorityClassResource,
  csiDriverResource,
  csiNodeResource,
  csiStorageCapacityResource,
  storageClassResource,
  volumeAttachmentResource,
  volumeAttributesClassResource,
  customResourceDefinitionResource,
  apiServiceResource,
  mutatingAdmissionPolicyResource,
  mutatingAdmissionPolicyBindingResource,
];
