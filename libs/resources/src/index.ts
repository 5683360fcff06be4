// The resources of Kubernetes, as values.
export { builtInResources } from './built-in-resources';
export { applyDefaults, countedBy, quotaEvaluatorOf, requireResource, resourceOf } from './resource-of';
export { scaleSubresource, type ScalePaths } from './autoscaling/scale/subresource';
export { horizontalPodAutoscalerV1Conversion } from './autoscaling/horizontal-pod-autoscaler-v1/conversion';
export { eventsEventConversion } from './events/event/conversion';

// Those, and the parts of them, that somebody serves other than by storing them.
export { selfSubjectReviewResource } from './authentication/self-subject-review/resource';
export { tokenReviewResource } from './authentication/token-review/resource';
export { localSubjectAccessReviewResource } from './authorization/local-subject-access-review/resource';
export { selfSubjectAccessReviewResource } from './authorization/self-subject-access-review/resource';
export { selfSubjectRulesReviewResource } from './authorization/self-subject-rules-review/resource';
export { subjectAccessReviewResource } from './authorization/subject-access-review/resource';
export { bindingResource } from './core/binding/resource';
export { componentStatusResource } from './core/component-status/resource';
export { nodeProxy } from './core/node/resource';
export { podAttach, podBinding, podEviction, podExec, podLog, podPortForward, podProxy } from './core/pod/subresources';
export { serviceAccountToken } from './core/service-account/token-request';
export { serviceProxy, serviceResource } from './core/service/resource';

// What else is known of some of them.
export { parseSchedule, type ParsedSchedule, type ScheduleFields } from './batch/cron-job/schedule/schedule';
export {
  parseCertificateRequest,
  type CertificateRequest,
} from './certificates/certificate-signing-request/certificate-request';
export { isLabelBelow, isReservedNodeLabel } from './core/node/kubelet-labels';
export { hostPortsOf, portsCollide, type HostPort } from './core/pod/placement/host-ports';
export {
  compileNodeTerm,
  compileRequiredNodes,
  namedNodes,
  type NodePredicate,
} from './core/pod/placement/node-selector';
export { hardEffects, isTolerated, tolerates, untolerated } from './core/pod/placement/tolerations';
export { podLimits, podRequests } from './core/pod/pod-resources';
export { qosClass, type QosClass } from './core/pod/qos';
export { constraintProblem } from './core/pod/quota-constraints';
export { podReferences, referenceTo, type Reference } from './core/pod/references';
export { podStatus } from './core/pod/table';
export { exceeded, matchesQuota, printAmounts } from './core/resource-quota/usage';
export { hasHealthPort, serviceStrategy } from './core/service/strategy';
export { validateClusterAddresses } from './core/service/validation/addresses';
export { approvalAnnotation, approvalCondition } from './apiextensions/custom-resource-definition/approval';
export {
  cleanupFinalizer,
  conditionOf,
  isTrue,
  withCondition,
  type DefinitionCondition,
} from './apiextensions/custom-resource-definition/conditions';
