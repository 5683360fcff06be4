import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { ConnectService } from '../request/service-port';
import type { Registry } from './registry';

/** Somebody who installs resources while the server runs, by what is stored: those of CustomResourceDefinitions. */
export interface ResourceSource {
  /**
   * Resolves when all is installed of which somebody may know, from whatever server of the cluster. It is asked of
   * requests for what is not served, before they are told so. Rejects with a StatusError when the store is away.
   */
  refresh(): Promise<void>;
}

/** What a source works with. */
export interface SourceParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly connectService: ConnectService;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
}

/** Starts a source; resolves when what is stored already is installed. */
export type StartSource = (parts: SourceParts) => Promise<ResourceSource>;
