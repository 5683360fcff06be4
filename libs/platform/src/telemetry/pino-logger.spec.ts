import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createLogger } from './pino-logger';

it('names the span that a line belongs to', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const lines: string[] = [];
  const written = jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    const logger = createLogger({ name: 'test', format: 'text' }).child({ n: 1 });
    context.with(trace.setSpan(context.active(), span), () => logger.warn('hello', { error: new Error('x') }));
    logger.debug('too little to tell');
  } finally {
    written.mockRestore();
    context.disable();
  }
  expect(lines).toEqual([expect.stringMatching(/ WARN {2}test hello n=1 error=x trace_id="a{32}" span_id="b{16}"\n$/)]);
});
