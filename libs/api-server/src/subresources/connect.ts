import type { ServerResponse } from 'node:http';
import { StatusError, type ConnectSubresource } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { drainedOrAborted } from '@skiff/platform';
import { nodeProxy, podAttach, podExec, podLog, podPortForward, podProxy, serviceProxy } from '@skiff/resources';
import type { ConnectHandler, ConnectRequest } from '../request/handlers';
import type { PodRef, PodStreams } from '../streaming/pod-streams';
import type { ResourceProxy } from '../streaming/proxy/proxy';
import { acceptWebSocket, asksForWebSocket, type UpgradeRequest } from '../streaming/upgrade';

/** Subresources of pods that take over the connection. */
export function podConnections(streams: PodStreams): [ConnectSubresource, ConnectHandler][] {
  return [
    [podLog, { methods: ['GET'], handle: (request) => sendLog(streams, request) }],
    [podExec, upgraded<corev1.PodExecOptions>((...connect) => streams.exec(...connect))],
    [podAttach, upgraded<corev1.PodAttachOptions>((...connect) => streams.attach(...connect))],
    [podPortForward, upgraded<corev1.PodPortForwardOptions>((...connect) => streams.portForward(...connect))],
  ];
}

/** The proxy subresources. */
export function proxyConnections(proxy: ResourceProxy): [ConnectSubresource, ConnectHandler][] {
  return [
    [podProxy, { handle: (request) => proxy.pod(request) }],
    [serviceProxy, { handle: (request) => proxy.service(request) }],
    [nodeProxy, { handle: (request) => proxy.node(request) }],
  ];
}

/** What is served on an upgraded connection alone, by GET for browsers and by POST. */
function upgraded<Options>(
  serve: (pod: PodRef, options: Options, upgrade: UpgradeRequest) => Promise<void>,
): ConnectHandler {
  return {
    creates: true,
    methods: ['GET', 'POST'],
    async handle({ namespace, name, options, request, upgrade }) {
      if (!upgrade) throw new StatusError(400, 'BadRequest', 'Upgrade request required');
      // The resource says which options its subresource has.
      await serve({ namespace, name }, options as Options, { request, ...upgrade });
    },
  };
}

/** Sends a log as it comes, no faster than the client reads. */
async function sendLog(streams: PodStreams, connect: ConnectRequest): Promise<void> {
  const { namespace, name, query, request, response, upgrade } = connect;
  const gone = new AbortController();
  (response ?? upgrade?.socket)?.on('close', () => gone.abort());
  const log = await streams.logs({ namespace, name }, query, gone.signal);
  if (response) await sendLogTo(response, log, gone.signal);
  else if (upgrade && asksForWebSocket(request)) await sendLogOver({ request, ...upgrade }, log);
}

async function sendLogTo(response: ServerResponse, log: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  try {
    for await (const data of log) {
      if (!response.write(data)) await drainedOrAborted(response, signal);
      if (signal.aborted) return;
    }
    response.end();
  } catch (error) {
    // Nothing can be said any more but that the log is not whole.
    response.destroy(error instanceof Error ? error : undefined);
  }
}

/** Upstream: staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/stream.go. */
async function sendLogOver(upgrade: UpgradeRequest, log: AsyncIterable<Uint8Array>): Promise<void> {
  const socket = acceptWebSocket(upgrade, readerProtocols);
  const inBase64 = socket.protocol.startsWith('base64');
  const send = (data: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      // An error means that the client is gone, with which the log ends.
      socket.send(inBase64 ? Buffer.from(data).toString('base64') : data, () => resolve());
    });
  socket.on('error', () => socket.terminate());
  try {
    // An empty message tells that the connection stands.
    await send(Buffer.alloc(0));
    for await (const data of log) await send(data);
    socket.close(1000);
  } catch {
    // Nothing can be said any more but that the log is not whole.
    socket.terminate();
  }
}

const readerProtocols = ['binary.k8s.io', 'base64.binary.k8s.io'];
