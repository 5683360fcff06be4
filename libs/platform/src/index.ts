// Time.
export { formatMicroTime, formatTime, systemClock, type Clock, type Timer } from './clock/clock';

// Errors.
export { hasReason, StatusError, type StatusReason } from './errors/status-error';

// Telemetry.
export type { Logger } from './telemetry/logger';
