import type { ServerResponse } from 'node:http';
import { StatusError } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { drained } from '@skiff/platform';
import type { ConnectHandler, ConnectRequest } from './handlers';
import type { PodRef, PodStreams } from '../streaming/pod-streams';
import type { ResourceProxy } from '../streaming/proxy/proxy';
import { acceptWebSocket, asksForWebSocket, type UpgradeRequest } from '../streaming/upgrade';

/** Subresources of pods that take over the connection, by "group/resource/subresource". */
export function podConnections(streams: PodStreams): [string, ConnectHandler][] {
  return [
    ['/pods/log', { handle: (request) => sendLog(streams, request) }],
    ['/pods/exec', upgraded<corev1.PodExecOptions>((...connect) => streams.exec(...connect))],
    ['/pods/attach', upgraded<corev1.PodAttachOptions>((...connect) => streams.attach(...connect))],
    ['/pods/portforward', upgraded<corev1.PodPortForwardOptions>((...connect) => streams.portForward(...connect))],
  ];
}

/** The proxy subresources, by "group/resource/subresource". */
export function proxyConnections(proxy: ResourceProxy): [string, ConnectHandler][] {
  return [
    ['/pods/proxy', { handle: (request) => proxy.pod(request) }],
    ['/services/proxy', { handle: (request) => proxy.service(request) }],
    ['/nodes/proxy', { handle: (request) => proxy.node(request) }],
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
      if (!response.write(data)) await drained(response, signal);
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
