import { connectivityState, type Client as GrpcChannelClient } from '@grpc/grpc-js';
import { isOutage } from '@skiff/apimachinery';
import { Outage, type Clock, type Logger } from '@skiff/platform';

/** How long one look at the channel's state may take; another follows. */
const lookMilliseconds = 5_000;

/** Whether the API server answers: says once that it no longer does, and once that it does again. */
export class Reachability {
  private readonly outage: Outage;
  private connecting: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly channel: Pick<GrpcChannelClient, 'getChannel'>,
    target: string,
    private readonly clock: Clock,
    logger: Logger | undefined,
  ) {
    this.outage = new Outage({ peer: 'the API server', fields: { target }, clock, logger });
  }

  succeeded(): void {
    this.outage.succeeded();
  }

  failed(error: unknown): void {
    if (isOutage(error) && !this.closed) this.outage.failed(error);
  }

  /** False at once when there is a connection; else true as soon as there is one, or the signal aborts. */
  async reconnected(signal: AbortSignal): Promise<boolean> {
    if (this.channel.getChannel().getConnectivityState(true) === connectivityState.READY) return false;
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    const { connecting } = this;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        signal.removeEventListener('abort', settle);
        resolve();
      };
      signal.addEventListener('abort', settle);
      void connecting.then(settle);
    });
    return true;
  }

  close(): void {
    this.closed = true;
  }

  /** Dials, again and again, until there is a connection. */
  private async connect(): Promise<void> {
    const channel = this.channel.getChannel();
    while (!this.closed) {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return;
      await new Promise<void>((resolve) =>
        channel.watchConnectivityState(state, this.clock.now() + lookMilliseconds, () => resolve()),
      );
    }
  }
}
