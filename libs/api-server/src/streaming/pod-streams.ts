import type { ServiceError } from '@grpc/grpc-js';
import type { corev1, skiffnodev1 } from '@skiff/contracts';
import { fromServiceError, type Clock } from '@skiff/platform';
import type { AdmissionReader } from '../admission/reader';
import { parseLogOptions } from './log-options';
import type { NodeClient, NodeConnections } from './node-connections';
import { requireContainer, requireHost, requirePod, requireRunning } from './pod-target';
import { forwardThroughNode } from './port-forward';
import { bridgeCommand, type CommandCall } from './remote-command';
import { upgradePortForward, upgradeRemoteCommand, type UpgradeRequest } from './upgrade';
import type { StreamSelection } from './user-end';

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

/** Of exec and of attach. */
export type CommandOptions = Omit<corev1.PodAttachOptions, 'kind'>;

export interface PodStreamsOptions {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
  readonly clock: Clock;
}

/**
 * Connects users with what runs in pods: logs, exec, attach and port-forward, through the kubelet's gRPC service.
 * Throws a StatusError for what cannot be had.
 */
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

  /** Serves exec on an upgraded connection; resolves when it is over. */
  async exec(ref: PodRef, options: corev1.PodExecOptions, upgrade: UpgradeRequest): Promise<void> {
    await this.command(ref, options, upgrade, (node, container, selection) => {
      const call = node.exec() as CommandCall;
      call.write({ start: { container, ...selection, command: options.command ?? [] } });
      return call;
    });
  }

  /** Serves attach on an upgraded connection; resolves when it is over. */
  async attach(ref: PodRef, options: corev1.PodAttachOptions, upgrade: UpgradeRequest): Promise<void> {
    await this.command(ref, options, upgrade, (node, container, selection) => {
      const call = node.attach() as CommandCall;
      call.write({ start: { container, ...selection } });
      return call;
    });
  }

  /** Serves port-forward on an upgraded connection; resolves when the client goes. */
  async portForward(ref: PodRef, options: corev1.PodPortForwardOptions, upgrade: UpgradeRequest): Promise<void> {
    const pod = await requirePod(this.options.reader, ref.namespace, ref.name);
    const node = await this.options.nodes.client(requireHost(pod));
    const user = await upgradePortForward(upgrade, options.ports ?? []);
    const { namespace, name } = ref;
    await user.serve(forwardThroughNode(node, { namespace, name, uid: pod.metadata?.uid ?? '' }));
  }

  private async command(
    ref: PodRef,
    options: CommandOptions,
    upgrade: UpgradeRequest,
    join: (node: NodeClient, container: skiffnodev1.ContainerRef, selection: StreamSelection) => CommandCall,
  ): Promise<void> {
    const pod = await requirePod(this.options.reader, ref.namespace, ref.name);
    requireRunning(pod);
    const container = containerRef(pod, requireContainer(pod, options.container ?? ''));
    const node = await this.options.nodes.client(requireHost(pod));
    const selection = streamSelection(options);
    const user = await upgradeRemoteCommand(upgrade, selection, this.options.clock);
    await bridgeCommand(user, join(node, container, selection), this.options.clock);
  }
}

function containerRef(pod: corev1.Pod, container: string): skiffnodev1.ContainerRef {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  return { podNamespace: namespace, podName: name, podUid: uid, container };
}

/** Which streams are asked for. A terminal has no stderr of its own. */
export function streamSelection({
  stdin = false,
  stdout = false,
  stderr = false,
  tty = false,
}: CommandOptions): StreamSelection {
  return { stdin, stdout, stderr: !tty && stderr, tty };
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
