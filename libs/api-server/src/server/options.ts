import type { ChannelCredentials } from '@grpc/grpc-js';
import type { Tracer } from '@opentelemetry/api';
import type { Resource } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { AdmissionParts, AdmissionPlugin } from '../admission/plugin';
import type { AuditOptions } from '../audit/auditor';
import type { RequestHeaderOptions } from '../auth/authentication/request-header';
import type { AuthorizationRecord } from '../auth/authorization/record';
import type { StartSource } from '../registry/resource-source';
import type { ConnectService } from '../request/service-port';
import type { RunningApiServer } from '../transports/listener';
import type { StartAggregation } from './aggregation';
import type { FlowControlOptions } from './flow-control';
import type { DiscoverInProcess, HandleInProcess } from './in-process';

export interface ApiServerOptions {
  readonly store: Store;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string };
  /** Who may say in headers for whom they ask; absent: nobody. */
  readonly requestHeader?: RequestHeaderOptions | undefined;
  readonly serviceAccounts: { readonly privateKey: string; readonly issuer: string };
  readonly serviceRange: string;
  readonly nodePortRange: string;
  /** Where the `kubernetes` Service leads. */
  readonly advertise: { readonly address: string; readonly port: number };
  /** Makes the plugins that see every write, in the order in which they run. */
  readonly admissionPlugins: (parts: AdmissionParts) => readonly AdmissionPlugin[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: MetricsRegistry;
  /** Who installs resources beside those of Kubernetes, by what is stored; default: nobody does. */
  readonly resourceSources?: readonly StartSource[];
  /** Brings requests to other API servers, as APIServices say; absent: this one answers everything itself. */
  readonly aggregation?: StartAggregation;
  /** Is told which rights are used and which are missing; absent: nobody is. */
  readonly authorizationRecord?: AuthorizationRecord | undefined;
  /** What is told of requests, and to whom; absent: nothing. */
  readonly audit?: AuditOptions | undefined;
  /** How many requests are served at the same time, which wait for one another beyond that; absent: they do not. */
  readonly flowControl?: FlowControlOptions | undefined;
  /** With which this server shows kubelets who it is; by default it shows nothing, and trusts those of the client CA. */
  readonly kubeletCredentials?: ChannelCredentials;
}

export interface ApiServer extends RunningApiServer {
  /**
   * Serves resources beside those of Kubernetes, for as long as their lifetime does not abort. Throws a RangeError, and
   * serves none of them, for what is served already.
   */
  install(resources: readonly Resource[], lifetime: AbortSignal): void;
  /** Connects to who is behind a Service, as the proxies do. */
  readonly connectService: ConnectService;
  readonly handle: HandleInProcess;
  readonly discover: DiscoverInProcess;
}
