// Time.
export { formatMicroTime, formatTime, pause, systemClock, type Clock, type Timer } from './clock/clock';
export { repeatEvery } from './clock/repeat';

// Chance.
export { randomUuid, seededRandom, systemRandom, type Random } from './random/random';

// Telemetry.
export { boundedLogger, type LogBound } from './telemetry/bounded-logger';
export type { Logger } from './telemetry/logger';
export { Attribute, objectAttributes, SpanName, traceparentAnnotation } from './telemetry/semantics';
export {
  contextFrom,
  isSampled,
  linkFrom,
  traceContextOf,
  withSpan,
  type SpanInput,
  type TraceContext,
} from './telemetry/trace-context';

export { formatMicros, renderTree } from './telemetry/render-tree';

// Calls between services.
export {
  apiServerChannelOptions,
  channelCredentials,
  channelOptions,
  tracesChannelOptions,
  type TlsFiles,
} from './rpc/channel';
export { failureTrailers } from './rpc/failure-trailers';
export { answeredCode, fromServiceError, fromStatus, grpcCode, statusTrailer, toServiceError } from './rpc/status';
export { createGrpcServer, serveGrpc, serverCredentials, type ServerTls, type ServiceDoor } from './rpc/server';
export { serverTlsOptions } from './rpc/server-tls';
export { duplex, serverStream, unary, type CallContext } from './rpc/handlers';
export { clientTracing, serverTracing, traceContextIn } from './rpc/tracing';
export { Health, type ServingStatus } from './rpc/health';
export { answerReflection } from './rpc/reflection';
export { createLogger, describeError, silentLogger, type LoggerOptions } from './telemetry/pino-logger';
export { Outage, type OutageOptions } from './telemetry/outage';
export { quietOutages } from './telemetry/quiet-outages';
export { contextWith, isTracing, offTracer } from './telemetry/off-tracer';
export { followContexts, type FollowContextsOptions } from './telemetry/follow-contexts';
export { exportOptions } from './telemetry/export-options';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry/telemetry';
export {
  serveHealthz,
  serveMetrics,
  splitAddress,
  type HealthServerOptions,
  type MetricsServerOptions,
} from './metrics/metrics-server';
export { countsOf, SeriesCounter, SeriesHistogram, type CounterSeries, type HistogramSeries } from './metrics/series';

// Configuration and the life of a process.
export {
  address,
  certificates,
  choice,
  cidr,
  duration,
  file,
  flag,
  folderAlias,
  fraction,
  hostPort,
  integer,
  list,
  needed,
  positive,
  privateKey,
  text,
  url,
  type Setting,
} from './config/settings';
export {
  ConfigError,
  configReader,
  InformationRequest,
  loadConfig,
  pairProblems,
  renderHelp,
  type ConfigOf,
  type ConfigReader,
  type ConfigSource,
  type Settings,
} from './config/config';
export { exitCodes, runService, type Service } from './lifecycle/run-service';
export { aborted, drainedOrAborted } from './lifecycle/signals';

export {
  apiClientSettings,
  componentSettings,
  leaderElectionSettings,
  logSettings,
  metricsSettings,
  openAddressProblems,
  servingProblems,
  servingSettings,
  telemetrySettings,
} from './config/common-settings';
