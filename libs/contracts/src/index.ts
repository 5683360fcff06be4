// Messages, by group version.
export * as admissionv1 from './generated/k8s.io/api/admission/v1/generated';
export * as admissionregistrationv1 from './generated/k8s.io/api/admissionregistration/v1/generated';
export * as apidiscoveryv2 from './generated/k8s.io/api/apidiscovery/v2/generated';
export * as appsv1 from './generated/k8s.io/api/apps/v1/generated';
export * as authenticationv1 from './generated/k8s.io/api/authentication/v1/generated';
export * as authorizationv1 from './generated/k8s.io/api/authorization/v1/generated';
export * as autoscalingv1 from './generated/k8s.io/api/autoscaling/v1/generated';
export * as autoscalingv2 from './generated/k8s.io/api/autoscaling/v2/generated';
export * as batchv1 from './generated/k8s.io/api/batch/v1/generated';
export * as certificatesv1 from './generated/k8s.io/api/certificates/v1/generated';
export * as coordinationv1 from './generated/k8s.io/api/coordination/v1/generated';
export * as corev1 from './generated/k8s.io/api/core/v1/generated';
export * as discoveryv1 from './generated/k8s.io/api/discovery/v1/generated';
export * as eventsv1 from './generated/k8s.io/api/events/v1/generated';
export * as flowcontrolv1 from './generated/k8s.io/api/flowcontrol/v1/generated';
export * as networkingv1 from './generated/k8s.io/api/networking/v1/generated';
export * as nodev1 from './generated/k8s.io/api/node/v1/generated';
export * as policyv1 from './generated/k8s.io/api/policy/v1/generated';
export * as rbacv1 from './generated/k8s.io/api/rbac/v1/generated';
export * as resourcev1 from './generated/k8s.io/api/resource/v1/generated';
export * as schedulingv1 from './generated/k8s.io/api/scheduling/v1/generated';
export * as storagev1 from './generated/k8s.io/api/storage/v1/generated';
export * as apiextensionsv1 from './generated/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/generated';
export * as resourcequantity from './generated/k8s.io/apimachinery/pkg/api/resource/generated';
export * as metav1 from './generated/k8s.io/apimachinery/pkg/apis/meta/v1/generated';
export * as runtime from './generated/k8s.io/apimachinery/pkg/runtime/generated';
export * as intstr from './generated/k8s.io/apimachinery/pkg/util/intstr/generated';
export * as apiregistrationv1 from './generated/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/generated';
export * as metricsv1beta1 from './generated/k8s.io/metrics/pkg/apis/metrics/v1beta1/generated';

// Skiff's own services.
export * as skiffobjectv1 from './generated/skiff/api/v1/object';
export * as skiffapiv1 from './generated/skiff/api/v1/resource_service';
export * as skiffnodev1 from './generated/skiff/node/v1/node_service';
export * as skiffschedulerv1 from './generated/skiff/scheduler/v1/scheduler_service';
export * as skiffstoragev1 from './generated/skiff/storage/v1/record';
export * as skifftracesv1 from './generated/skiff/traces/v1/trace_query_service';

// What gRPC, OpenTelemetry and protobuf itself prescribe.
export * as protobufdescriptor from './generated/google/protobuf/descriptor';
export * as grpchealthv1 from './generated/grpc/health/v1/health';
export * as grpcreflectionv1 from './generated/grpc/reflection/v1/reflection';
export * as otlpcommonv1 from './generated/opentelemetry/proto/common/v1/common';
export * as otlptracev1 from './generated/opentelemetry/proto/trace/v1/trace';
export * as otlpcollectorv1 from './generated/opentelemetry/proto/collector/trace/v1/trace_service';

// The container runtime interface.
export * as criv1 from './generated/runtime/v1/api';

// Kinds and their schema.
export { Kinds } from './generated/kinds';
export type { Codec } from './codecs/codec';
export { apiVersionOf, resourceKey, type Kind, type ResourceId, type WireField } from './kind';
export { descriptorSet } from './generated/descriptors';
export { schemaJson } from './generated/schema';

// Values whose JSON differs from their message.
export type { IntOrString } from './codecs/int-or-string';
export type { Quantity } from './codecs/quantity';
export type { MicroTime, Time } from './codecs/time';
export type { FieldsV1, RawExtension } from './codecs/raw-json';
export { bracketTooDeep, deepestJson } from './codecs/json-depth';
export { ExactInteger, integerOf, isNumber } from './codecs/exact-integer';
export { jsonParser, parseJson, writeJson } from './codecs/exact-json';
export { RecentMap } from './codecs/recent-map';
export { formatDuration, parseDuration } from './codecs/duration';
export { base64FromBytes, bytesFromBase64, setEntry } from './codecs/wire';
