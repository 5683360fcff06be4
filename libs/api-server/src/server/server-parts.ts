import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import type { TokenAuthenticator } from '../auth/authentication/token-authenticator';
import type { Registry } from '../registry/registry';
import type { Authorization } from './authorization';

/** What the parts of a server of resources are made from that make it a Kubernetes. */
export interface ServerParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly authorization: Authorization;
  readonly tokens: ServiceAccountTokens;
  readonly tokenAuthenticator: TokenAuthenticator;
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  readonly logger: Logger;
}
