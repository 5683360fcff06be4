import { setMaxListeners } from 'node:events';
import { ConfigError, InformationRequest } from '../config/config';
import type { Logger } from '../telemetry/logger';

/** How a process ends: what supervisors can tell apart. */
export const exitCodes = { success: 0, failure: 1, configuration: 2 } as const;

/** What a service does, from its start until the signal aborts. */
export interface Service {
  readonly logger: Logger;
  /** Runs until the signal aborts, then drains and returns. Throws when it cannot go on. */
  run(signal: AbortSignal): Promise<void>;
}

/** A service that has not drained by then is left behind. */
const drainMilliseconds = 5_000;

/**
 * Runs a service as the whole of a process: SIGTERM and SIGINT end it gracefully,
 * configuration errors are told in words, anything unexpected is logged and fatal.
 */
export async function runService(compose: () => Service | Promise<Service>): Promise<void> {
  const stop = new AbortController();
  // Everything that a service runs ends by it.
  setMaxListeners(0, stop.signal);
  let service: Service;
  try {
    service = await compose();
  } catch (error) {
    process.exitCode = explain(error);
    return;
  }
  const { logger } = service;
  const fatal =
    (message: string) =>
    (error: unknown): void => {
      logger.error(message, { error });
      process.exit(exitCodes.failure);
    };
  process.on('uncaughtException', fatal('unexpected error'));
  process.on('unhandledRejection', fatal('unexpected rejection'));
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      logger.info('stopping', { signal: name });
      stop.abort(new Error(`stopped by ${name}`));
      setTimeout(() => process.exit(exitCodes.success), drainMilliseconds).unref();
    });
  }
  try {
    await service.run(stop.signal);
    process.exit(exitCodes.success);
  } catch (error) {
    if (stop.signal.aborted) process.exit(exitCodes.success);
    fatal('the service has ended')(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof InformationRequest) {
    process.stdout.write(`${error.message}\n`);
    return exitCodes.success;
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.problems.map((problem) => `configuration: ${problem}`).join('\n')}\n`);
    return exitCodes.configuration;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCodes.failure;
}
