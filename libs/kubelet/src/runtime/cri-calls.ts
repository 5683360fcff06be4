import type { Client, MethodDefinition } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { isOutage } from '@skiff/apimachinery';
import type { Clock, Outage } from '@skiff/platform';
import type { KubeletMetrics } from '../metrics';
import { runtimeError } from './cri-mapping';

export interface CriCallOptions {
  readonly tracer: Tracer;
  readonly clock: Clock;
  readonly metrics?: KubeletMetrics | undefined;
  /** Learns whether the runtime answers. */
  readonly outage?: Outage | undefined;
}

/** Calls that change something get a span; upstream's name of the operation is that of its metrics. */
const spans: Readonly<Record<string, string>> = {
  run_podsandbox: 'RunPodSandbox',
  stop_podsandbox: 'StopPodSandbox',
  remove_podsandbox: 'RemovePodSandbox',
  create_container: 'CreateContainer',
  start_container: 'StartContainer',
  stop_container: 'StopContainer',
  remove_container: 'RemoveContainer',
  reopen_container_log: 'ReopenContainerLog',
  exec_sync: 'ExecSync',
  exec: 'Exec',
  attach: 'Attach',
  port_forward: 'PortForward',
  pull_image: 'PullImage',
  remove_image: 'RemoveImage',
};

/** Makes the calls of the runtime: promises in place of callbacks, RuntimeErrors, spans and metrics. */
export class CriCalls {
  constructor(
    private readonly connection: Pick<Client, 'makeUnaryRequest'>,
    private readonly options: CriCallOptions,
  ) {}

  async call<Q, A>(operation: string, method: MethodDefinition<Q, A>, request: Q): Promise<A> {
    const { clock, metrics, outage } = this.options;
    const began = clock.monotonic();
    metrics?.runtimeOperations.inc({ operation_type: operation });
    try {
      const answer = await this.traced(operation, () => this.send(method, request));
      outage?.succeeded();
      return answer;
    } catch (error) {
      if (isOutage(error)) outage?.failed(error);
      metrics?.runtimeOperationsErrors.inc({ operation_type: operation });
      throw error;
    } finally {
      const seconds = (clock.monotonic() - began) / 1000;
      metrics?.runtimeOperationsDuration.observe({ operation_type: operation }, seconds);
    }
  }

  private send<Q, A>({ path, requestSerialize, responseDeserialize }: MethodDefinition<Q, A>, request: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.connection.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error === null ? resolve(answer as A) : reject(runtimeError(error)),
      );
    });
  }

  private async traced<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const span = spans[operation];
    if (span === undefined) return run();
    return this.options.tracer.startActiveSpan(`cri ${span}`, { kind: SpanKind.CLIENT }, async (active) => {
      try {
        return await run();
      } catch (error) {
        active.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        active.end();
      }
    });
  }
}
