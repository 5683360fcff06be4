import type { Duplex } from 'node:stream';

/** Where a webhook is: exactly one of `url` and `service`. */
export interface WebhookClientConfig {
  /** `https://host[:port][/path]`. */
  readonly url?: string | undefined;
  readonly service?:
    | {
        readonly namespace?: string | undefined;
        readonly name?: string | undefined;
        /** Default: `/`. */
        readonly path?: string | undefined;
        /** Of the Service; default: 443. */
        readonly port?: number | undefined;
      }
    | undefined;
  /** Whom to trust, PEM in base64; default: whom Node.js trusts. */
  readonly caBundle?: string | undefined;
}

/** A port of a Service. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Connects to who is behind a Service, by the routing of the cluster. Rejects with why nobody is reached. */
export type ConnectService = (service: ServicePort) => Promise<Duplex>;
