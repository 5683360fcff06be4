export { GrpcClient, type GrpcClientOptions } from './grpc-client';
export { ClientMetrics, type ClientMetricsOptions } from './client-metrics';
