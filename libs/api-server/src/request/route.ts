import type { Resource } from '@skiff/apimachinery';
import type { Delegate } from './delegation';
import type { ConnectHandler } from '../request/handlers';

/** Who answers a request for a resource. */
export interface Route {
  /** Absent for a resource that is not served. */
  readonly definition: Resource | undefined;
  /** For a subresource that takes over the connection. */
  readonly connect: ConnectHandler | undefined;
  /** For what another server serves. */
  readonly delegate?: Delegate | undefined;
}
