import type { Clock, Logger } from '@skiff/platform';
import type { AuditEvent } from './event';

/** Where events go. */
export interface AuditBackend {
  /** Upstream's name of it, such as `log` or `webhook`. */
  readonly name: string;
  /** Takes an event and returns at once: neither a request nor the event loop waits for where it goes. */
  process(event: AuditEvent): void;
  /** Sends what is left; resolves when that is done, or takes too long. */
  close(): Promise<void>;
}

export interface BackendParts {
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly logger: Logger;
  /** Counts events that did not get where they go. */
  readonly lost: (backend: string, events: number) => void;
}

/** Makes a backend when the server starts. */
export type CreateBackend = (parts: BackendParts) => AuditBackend;
