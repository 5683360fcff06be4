import { context, trace } from '@opentelemetry/api';
import { destination, pino, type Logger as Pino } from 'pino';
import type { Logger } from './logger';

export interface LoggerOptions {
  /** The service's name, in every line. */
  readonly name: string;
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
  /** `json` is one object a line; `text` is for people. Default: json. */
  readonly format?: 'json' | 'text';
}

/** A logger that writes to standard error, with the trace and span of whoever logs. */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level = 'info', format = 'json' } = options;
  if (format === 'text') return textLogger(name, level, {});
  const logger = pino(
    {
      name,
      level,
      base: { service: name },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: spanFields,
      serializers: { error: describeError },
    },
    destination({ fd: 2, sync: true }),
  );
  return wrap(logger);
}

function wrap(logger: Pino): Logger {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}

/** By OpenTelemetry's names. */
function spanFields(): Record<string, string> {
  const span = trace.getSpanContext(context.active());
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** What a log line says of an error: enough to find its cause, no more than a screen. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
    stack: error.stack,
  };
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

function textLogger(name: string, level: (typeof levels)[number], bound: Record<string, unknown>): Logger {
  const at =
    (line: (typeof levels)[number]) =>
    (message: string, fields?: Record<string, unknown>): void => {
      if (levels.indexOf(line) < levels.indexOf(level)) return;
      const all = Object.entries({ ...bound, ...fields, ...spanFields() }).map(
        ([key, value]) => `${key}=${value instanceof Error ? value.message : JSON.stringify(value)}`,
      );
      process.stderr.write(
        `${new Date().toISOString().slice(11, 23)} ${line.toUpperCase().padEnd(5)} ${name} ${message} ${all.join(' ')}\n`,
      );
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => textLogger(name, level, { ...bound, ...fields }),
  };
}

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
