import { drained, methodNotAllowed, StatusError } from '@skiff/platform';
import type { ConnectHandler, ConnectRequest } from '../pipeline/subresource';
import type { PodStreams } from '../streaming/pod-streams';
import type { ResourceProxy } from '../streaming/proxy/proxy';
import type { UpgradeRequest } from '../streaming/upgrade';

/** Subresources of pods that take over the connection, by "group/resource/subresource". */
export function podConnections(streams: PodStreams): [string, ConnectHandler][] {
  return [
    ['/pods/log', { handle: (request) => sendLog(streams, request) }],
    ['/pods/exec', upgraded((request, upgrade) => streams.command('exec', request, request.query, upgrade))],
    ['/pods/attach', upgraded((request, upgrade) => streams.command('attach', request, request.query, upgrade))],
    ['/pods/portforward', upgraded((request, upgrade) => streams.portForward(request, request.query, upgrade))],
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
function upgraded(serve: (request: ConnectRequest, upgrade: UpgradeRequest) => Promise<void>): ConnectHandler {
  return {
    creates: true,
    async handle(connect) {
      const { request, upgrade } = connect;
      if (request.method !== 'GET' && request.method !== 'POST') throw methodNotAllowed();
      if (!upgrade) throw new StatusError(400, 'BadRequest', 'Upgrade request required');
      await serve(connect, { request, ...upgrade });
    },
  };
}

/** Sends a log as it comes, no faster than the client reads. */
async function sendLog(streams: PodStreams, { namespace, name, query, response }: ConnectRequest): Promise<void> {
  if (!response) throw new StatusError(400, 'BadRequest', 'a log is not served on an upgraded connection');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const log = await streams.logs({ namespace, name }, query, gone.signal);
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  try {
    for await (const data of log) {
      if (!response.write(data)) await drained(response, gone.signal);
      if (gone.signal.aborted) return;
    }
    response.end();
  } catch (error) {
    // Nothing can be said any more but that the log is not whole.
    response.destroy(error instanceof Error ? error : undefined);
  }
}
