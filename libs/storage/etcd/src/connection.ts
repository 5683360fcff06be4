import { CompactedError, LeaseNotFoundError } from '@skiff/storage';
import { StatusError } from '@skiff/apimachinery';
import { Outage, type Clock, type Logger } from '@skiff/platform';
import { Etcd3, EtcdLeaseInvalidError, isRecoverableError, type IOptions } from 'etcd3';
import { noop } from 'cockatiel';
import { CallError, Code } from './calls/call-error';
import { KeyValueCalls } from './calls/key-value-calls';
import { UnaryChannel } from './calls/unary-channel';

export interface EtcdTls {
  /** PEM of the authority that signed the servers' certificates. */
  readonly ca: Buffer;
  /** PEM of the client's certificate and key, when the servers ask for one. */
  readonly certificate?: Buffer;
  readonly key?: Buffer;
}

export interface EtcdConnectionOptions {
  /** Such as `https://10.0.0.1:2379`; any member of the cluster serves. */
  readonly endpoints: readonly string[];
  readonly tls?: EtcdTls;
  /** How long a call may take. Default 10,000 ms. */
  readonly timeoutMilliseconds?: number;
  /** How long etcd may be out of reach before calls fail, and then fail at once. Default 2,000 ms. */
  readonly outageMilliseconds?: number;
  readonly clock: Clock;
  /** Is told when etcd does not answer, and when it does again. */
  readonly logger?: Logger | undefined;
}

const retryDelay = 50;

/** Calls to etcd, with errors in the terms of the contract. */
export class Connection {
  /** Everything but reads and writes of keys. */
  readonly etcd: Etcd3;
  readonly keyValues: KeyValueCalls;
  private readonly channel: UnaryChannel;
  private readonly clock: Clock;
  private readonly timeout: number;
  private readonly outage: number;
  private readonly silence: Outage;

  constructor(options: EtcdConnectionOptions) {
    this.clock = options.clock;
    this.silence = new Outage({ peer: 'etcd', clock: options.clock, logger: options.logger });
    this.outage = options.outageMilliseconds ?? 2_000;
    this.timeout = options.timeoutMilliseconds ?? 10_000;
    this.channel = new UnaryChannel({
      endpoints: options.endpoints,
      ...(options.tls ? { tls: clientTls(options.tls) } : {}),
      timeoutMilliseconds: this.timeout,
      clock: this.clock,
    });
    this.keyValues = new KeyValueCalls(this.channel);
    this.etcd = new Etcd3({
      hosts: [...options.endpoints],
      ...credentials(options.tls),
      // Its default breaker would refuse calls for seconds after etcd is back.
      faultHandling: { global: noop, host: () => noop },
      defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: this.clock.now() + this.timeout }),
      grpcOptions: {
        'grpc.max_receive_message_length': -1,
        'grpc.max_send_message_length': -1,
        'grpc.keepalive_time_ms': 10_000,
        'grpc.keepalive_timeout_ms': 5_000,
        'grpc.initial_reconnect_backoff_ms': 50,
        'grpc.max_reconnect_backoff_ms': 300,
      },
    });
  }

  /** A call that may run twice: tried again while etcd cannot be reached. */
  read<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.attempt(call, isRecoverable, signal);
  }

  /** A call that must not run twice: tried again only when it was never sent. */
  write<T>(call: () => Promise<T>): Promise<T> {
    return this.attempt(call, (error) => isRecoverable(error) && neverSent(error));
  }

  /** Tells, once, of what shows that etcd cannot be reached. Whether the failure does. */
  lost(error: unknown): boolean {
    if (!isRecoverable(error)) return false;
    this.silence.failed(error);
    return true;
  }

  close(): void {
    this.channel.close();
    this.etcd.close();
  }

  private async attempt<T>(
    call: () => Promise<T>,
    again: (error: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<T> {
    const start = this.clock.monotonic();
    for (;;) {
      signal?.throwIfAborted();
      try {
        const answer = await call();
        this.silence.succeeded();
        return answer;
      } catch (error) {
        this.lost(error);
        // Who comes when etcd has been away for long need not wait to be told.
        const began = Math.min(start, this.silence.since ?? start);
        if (!again(error) || this.clock.monotonic() - began > this.outage) throw fromEtcd(error);
        await this.clock.sleep(retryDelay, signal);
      }
    }
  }
}

const clientTls = ({ ca, certificate, key }: EtcdTls): { ca: Buffer; cert?: Buffer; key?: Buffer } => ({
  ca,
  ...(certificate ? { cert: certificate } : {}),
  ...(key ? { key } : {}),
});

function credentials(tls: EtcdTls | undefined): Pick<IOptions, 'credentials'> {
  if (tls === undefined) return {};
  const { ca, certificate, key } = tls;
  return {
    credentials: {
      rootCertificate: ca,
      ...(certificate === undefined ? {} : { certChain: certificate }),
      ...(key === undefined ? {} : { privateKey: key }),
    },
  };
}

function isRecoverable(error: unknown): boolean {
  if (error instanceof CallError) return error.code === Code.unavailable;
  if (!(error instanceof Error) || isMessage(error, 'etcdserver: mvcc')) return false;
  return isRecoverableError(error) || (error as { code?: unknown }).code === Code.unavailable;
}

function neverSent(error: unknown): boolean {
  if (error instanceof CallError) return !error.sent;
  return isMessage(error, 'No connection established') || isMessage(error, 'ECONNREFUSED');
}

export function isMessage(error: unknown, part: string): boolean {
  return error instanceof Error && error.message.includes(part);
}

/** etcd's error as the contract's. A compacted read does not say how far; 0 stands for unknown. */
function fromEtcd(error: unknown): unknown {
  if (isMessage(error, 'required revision has been compacted')) return new CompactedError(0n);
  if (isMessage(error, 'required revision is a future revision')) {
    return new RangeError('required revision is a future revision', { cause: error });
  }
  if (error instanceof EtcdLeaseInvalidError || isMessage(error, 'requested lease not found'))
    return new LeaseNotFoundError(0n);
  if (error instanceof CallError && error.code === Code.deadlineExceeded)
    return new StatusError(504, 'Timeout', `etcd has not answered: ${error.message}`, retrySoon, { cause: error });
  if (isRecoverable(error)) {
    const message = `etcd does not answer: ${(error as Error).message}`;
    return new StatusError(503, 'ServiceUnavailable', message, retrySoon, { cause: error });
  }
  return error;
}

/** Clients of the API read this as a header, and come again by themselves. */
const retrySoon = { retryAfterSeconds: 1 };
