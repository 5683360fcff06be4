import type { ClientDuplexStream } from '@grpc/grpc-js';
import { skiffnodev1, type Codec, type corev1 } from '@skiff/contracts';
import type { NodeClient } from './node-connections';
import { streamSelection, type CommandOptions } from './pod-streams';
import { requireContainer, requireRunning } from './pod-target';

/** What a stream to a pod begins with. */
export type Start = skiffnodev1.ExecStart | skiffnodev1.AttachStart | skiffnodev1.PortForwardStart;

/** A stream of the kubelet's service, and what a user needs to open one. */
export interface Streaming<Message extends { start?: Start | undefined }, Response, Options> {
  readonly subresource: 'exec' | 'attach' | 'portforward';
  readonly request: Codec<Message>;
  readonly response: Codec<Response>;
  /** What is asked for, as the query of REST has it. */
  optionsOf(start: NonNullable<Message['start']>): Options;
  /** What the pod's node is asked for, once that is allowed. */
  startOf(options: Options, pod: corev1.Pod): NonNullable<Message['start']>;
  open(node: NodeClient): ClientDuplexStream<Message, Response>;
}

export const exec: Streaming<skiffnodev1.ExecRequest, skiffnodev1.ExecResponse, corev1.PodExecOptions> = {
  subresource: 'exec',
  request: skiffnodev1.ExecRequest,
  response: skiffnodev1.ExecResponse,
  optionsOf: ({ container, ...start }) => ({ ...start, container: container?.container }),
  startOf: (options, pod) => ({
    container: runningContainer(pod, options),
    command: options.command ?? [],
    ...streamSelection(options),
  }),
  open: (node) => node.exec(),
};

export const attach: Streaming<skiffnodev1.AttachRequest, skiffnodev1.AttachResponse, corev1.PodAttachOptions> = {
  subresource: 'attach',
  request: skiffnodev1.AttachRequest,
  response: skiffnodev1.AttachResponse,
  optionsOf: ({ container, ...start }) => ({ ...start, container: container?.container }),
  startOf: (options, pod) => ({ container: runningContainer(pod, options), ...streamSelection(options) }),
  open: (node) => node.attach(),
};

export const portForward: Streaming<
  skiffnodev1.PortForwardRequest,
  skiffnodev1.PortForwardResponse,
  corev1.PodPortForwardOptions
> = {
  subresource: 'portforward',
  request: skiffnodev1.PortForwardRequest,
  response: skiffnodev1.PortForwardResponse,
  optionsOf: ({ port = 0 }) => ({ ports: [port] }),
  startOf: ({ ports }, pod) => ({ ...podReference(pod), port: ports?.[0] ?? 0 }),
  open: (node) => node.portForward(),
};

/** The container that a command runs in. */
function runningContainer(pod: corev1.Pod, { container = '' }: CommandOptions): skiffnodev1.ContainerRef {
  requireRunning(pod);
  return { ...podReference(pod), container: requireContainer(pod, container) };
}

export function podReference({ metadata }: corev1.Pod): { podNamespace: string; podName: string; podUid: string } {
  const { namespace = '', name = '', uid = '' } = metadata ?? {};
  return { podNamespace: namespace, podName: name, podUid: uid };
}
