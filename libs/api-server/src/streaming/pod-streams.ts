import type { ServiceError } from '@grpc/grpc-js';
import type { corev1, skiffnodev1 } from '@skiff/contracts';
import { fromServiceError, type Clock, type Logger } from '@skiff/platform';
import type { AdmissionReader } from '../admission/reader';
import { readFlag } from '../request/query';
import { parseLogOptions } from './log-options';
import type { NodeConnections } from './node-connections';
import { requireContainer, requireHost, requirePod, requireRunning } from './pod-target';
import { forwardThroughNode } from './port-forward';
import { bridgeCommand, type CommandCall } from './remote-command';
import { refuseUpgrade, upgradePortForward, upgradeRemoteCommand, type UpgradeRequest } from './upgrade';
import type { StreamSelection } from './user-end';

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

export interface PodStreamsOptions {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Connects users with what runs in pods: logs, exec, attach and port-forward, through the kubelet's gRPC service. */
export class PodStreams {
  constructor(private readonly options: PodStreamsOptions) {}

  /**
   * The bytes of a container's log. Rejects with a StatusError before anything was sent when there is no
   * such log; ends when the log ends, or the signal aborts.
   */
  async logs(ref: PodRef, query: URLSearchParams, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const options = parseLogOptions(query, ref.name);
    const pod = await requirePod(this.options.reader, ref.namespace, ref.name);
    const container = requireContainer(pod, options.container ?? '');
    // A pod that waits for a node has nothing to say yet.
    if (!pod.spec?.nodeName) return none();
    const node = await this.options.nodes.client(pod.spec.nodeName);
    const call = node.logs({ container: containerRef(pod, container), options: { ...options, container } });
    signal.addEventListener('abort', () => call.cancel(), { once: true });
    const responses = (call as AsyncIterable<skiffnodev1.LogsResponse>)[Symbol.asyncIterator]();
    try {
      return remaining(responses, await responses.next(), signal);
    } catch (error) {
      throw fromServiceError(error as ServiceError);
    }
  }

  /** Serves exec and attach on an upgraded connection; resolves when it is over. Failures are answered, not thrown. */
  async command(
    subresource: 'exec' | 'attach',
    ref: PodRef,
    query: URLSearchParams,
    upgrade: UpgradeRequest,
  ): Promise<void> {
    try {
      const pod = await requirePod(this.options.reader, ref.namespace, ref.name);
      requireRunning(pod);
      const container = containerRef(pod, requireContainer(pod, query.get('container') ?? ''));
      const node = await this.options.nodes.client(requireHost(pod));
      const selection = streamSelection(query, subresource);
      const user = await upgradeRemoteCommand(upgrade, selection, this.options.clock);
      const call = (subresource === 'exec' ? node.exec() : node.attach()) as CommandCall;
      call.write({ start: { container, ...selection, command: query.getAll('command') } });
      await bridgeCommand(user, call, this.options.clock);
    } catch (error) {
      this.#fail(subresource, ref, upgrade, error);
    }
  }

  /** Serves port-forward on an upgraded connection; resolves when the client goes. Failures are answered, not thrown. */
  async portForward(ref: PodRef, query: URLSearchParams, upgrade: UpgradeRequest): Promise<void> {
    try {
      const pod = await requirePod(this.options.reader, ref.namespace, ref.name);
      const node = await this.options.nodes.client(requireHost(pod));
      const user = await upgradePortForward(upgrade, query);
      const { namespace, name } = ref;
      await user.serve(forwardThroughNode(node, { namespace, name, uid: pod.metadata?.uid ?? '' }));
    } catch (error) {
      this.#fail('portforward', ref, upgrade, error);
    }
  }

  #fail(subresource: string, { namespace, name }: PodRef, upgrade: UpgradeRequest, error: unknown): void {
    this.options.logger.info('stream of a pod failed', { subresource, namespace, pod: name, error });
    refuseUpgrade(upgrade, error);
  }
}

function containerRef(pod: corev1.Pod, container: string): skiffnodev1.ContainerRef {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  return { podNamespace: namespace, podName: name, podUid: uid, container };
}

/** Which streams the query asks for. Attach gives output unless told otherwise; a terminal has no stderr of its own. */
function streamSelection(query: URLSearchParams, subresource: 'exec' | 'attach'): StreamSelection {
  const flag = (name: string, preset = false): boolean => readFlag(query, name) ?? preset;
  const preset = subresource === 'attach' || !['stdin', 'stdout', 'stderr'].some((name) => query.has(name));
  const tty = flag('tty');
  return {
    stdin: flag('stdin'),
    stdout: flag('stdout', preset),
    stderr: !tty && flag('stderr', preset),
    tty,
  };
}

async function* none(): AsyncIterable<Uint8Array> {}

async function* remaining(
  responses: AsyncIterator<skiffnodev1.LogsResponse>,
  first: IteratorResult<skiffnodev1.LogsResponse>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await responses.next())
      if (next.value.data?.length) yield next.value.data;
  } catch (error) {
    if (!signal.aborted) throw fromServiceError(error as ServiceError);
  }
}
