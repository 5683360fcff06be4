import { isOutage } from '@skiff/apimachinery';
import type { Logger } from './logger';

/**
 * A logger for whoever calls a peer all the time. That the peer does not answer is said once, by its
 * client; what fails because of it is a detail.
 */
export function quietOutages(logger: Logger): Logger {
  const unlessOutage =
    (level: 'warn' | 'error') =>
    (message: string, fields?: Record<string, unknown>): void =>
      logger[isOutage(fields?.['error']) ? 'debug' : level](message, fields);
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: unlessOutage('warn'),
    error: unlessOutage('error'),
    child: (fields) => quietOutages(logger.child(fields)),
  };
}
