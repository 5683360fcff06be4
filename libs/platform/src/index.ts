// Time.
export { formatMicroTime, formatTime, systemClock, type Clock, type Timer } from './clock/clock';

// Errors.
export { hasReason, StatusError, type StatusReason } from './errors/status-error';

// Telemetry.
export type { Logger } from './telemetry/logger';

// Calls between services.
export { channelCredentials, channelOptions, type TlsFiles } from './rpc/channel';
export { fromServiceError, fromStatus, grpcCode, statusTrailer, toServiceError } from './rpc/status';
