import { StatusError } from '@skiff/apimachinery';
import type { Logger } from './logger';
import { quietOutages } from './quiet-outages';

it('tells of failures, and only in detail of those that come from an outage', () => {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  };
  const quiet = quietOutages(logger).child({});
  quiet.warn('a', { error: new StatusError(503, 'ServiceUnavailable', 'gone') });
  quiet.error('b', { error: new StatusError(504, 'Timeout', 'late') });
  quiet.error('c', { error: new StatusError(403, 'Forbidden', 'no') });
  quiet.warn('d');
  expect(lines).toEqual(['debug a', 'debug b', 'error c', 'warn d']);
});
