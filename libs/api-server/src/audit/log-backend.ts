import type { AuditBackend, BackendParts, CreateBackend } from './backend';
import { Batches, type BatchOptions } from './batches';
import type { AuditEvent } from './event';
import { RotatingFile, type RotationOptions } from './rotating-file';
import { encodeWithin, type TruncateOptions } from './truncate';

export interface LogBackendOptions {
  /** `-` as its path is standard output. */
  readonly file: RotationOptions;
  readonly batch: Pick<BatchOptions, 'bufferSize' | 'maxBatchSize' | 'maxBatchWait'>;
  /** Absent: no event is cut. */
  readonly truncate?: Pick<TruncateOptions, 'maxEventSize'> | undefined;
}

/** Of events that wait to be written, in bytes. */
const bufferBytes = 64 << 20;
/** Of one write, in bytes. */
const maxBatchBytes = 4 << 20;

/**
 * Writes each event as a line of JSON to a file.
 * Upstream: staging/src/k8s.io/apiserver/plugin/pkg/audit/log/backend.go.
 */
export const logBackend =
  ({ file, batch, truncate }: LogBackendOptions): CreateBackend =>
  (parts) => {
    const output = file.path === '-' ? standardOutput : new RotatingFile(file, parts.clock);
    const limits = { ...batch, bufferBytes, maxBatchBytes: Math.min(maxBatchBytes, file.maxSize), concurrency: 1 };
    const most = truncate?.maxEventSize ?? maxBatchBytes;
    const write = (events: readonly string[]): Promise<void> => output.write(`${events.join('\n')}\n`);
    return batchedBackend('log', limits, { parts, most, write, end: () => output.close() });
  };

const standardOutput = {
  write: (text: string): Promise<void> =>
    new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve()))),
  close: (): Promise<void> => Promise.resolve(),
};

export interface BatchedBackendParts {
  readonly parts: BackendParts;
  /** Of an event, in bytes: see `encodeWithin`. */
  readonly most: number;
  /** Sends a batch. */
  readonly write: (events: readonly string[]) => Promise<void>;
  /** Is called when all is sent. */
  readonly end: () => Promise<void>;
}

/** A backend that sends batches, counts what is lost and tells the log of it. */
export function batchedBackend(
  name: string,
  options: BatchOptions,
  { parts: { clock, logger, lost }, most, write, end }: BatchedBackendParts,
): AuditBackend {
  const dropped = (events: number, why: string): void => {
    lost(name, events);
    logger.error('audit events are lost', { backend: name, events, why });
  };
  const batches = new Batches(options, {
    clock,
    dropped: (events) => dropped(events, 'the buffer is full'),
    deliver: (events) =>
      write(events).catch((error: unknown) =>
        dropped(events.length, error instanceof Error ? error.message : String(error)),
      ),
  });
  return {
    name,
    process(event: AuditEvent): void {
      const text = encodeWithin(event, most);
      if (text === undefined) dropped(1, 'event is too large even after truncating');
      else batches.add(text);
    },
    async close() {
      await batches.close();
      await end();
    },
  };
}
