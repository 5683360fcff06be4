// The resources of Kubernetes, as values.
export { builtInResources } from './built-in-resources';
export { applyDefaults, countedBy, quotaEvaluatorOf, requireResource, resourceOf } from './resource-of';
export { scaleSubresource, type ScalePaths } from './autoscaling/scale/subresource';
export { horizontalPodAutoscalerV1Conversion } from './autoscaling/horizontal-pod-autoscaler-v1/conversion';
export { eventsEventConversion } from './events/event/conversion';

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
