import type { Tracer } from '@opentelemetry/api';
import type { Client } from '@skiff/client';
import type { Clock, Logger, Random } from '@skiff/platform';
import type { Registry } from 'prom-client';

/** What a component is made of by whoever starts it: nothing that it uses is global to the process. */
export interface ComponentParts {
  /** The API server, as the user that the component is. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Where its metrics are registered. */
  readonly metrics: Registry;
}
