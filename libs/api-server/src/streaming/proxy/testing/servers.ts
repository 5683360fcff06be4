import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { StatusError, type ConnectSubresource } from '@skiff/apimachinery';
import { nodeProxy, podProxy, serviceProxy } from '@skiff/resources';
import type { skiffnodev1 } from '@skiff/contracts';
import type { Connects, ConnectRequest } from '../../../request/handlers';

/** A kubelet whose pods listen on this machine. */
export const kubelet: Pick<skiffnodev1.NodeServiceServer, 'portForward' | 'stats'> = {
  portForward(call) {
    call.once('data', ({ start }: skiffnodev1.PortForwardRequest) => {
      const socket = connect(start?.port ?? 0, '127.0.0.1');
      call.on('data', ({ data }: skiffnodev1.PortForwardRequest) => data && socket.write(data));
      call.on('end', () => socket.end());
      call.on('cancelled', () => socket.destroy());
      socket.on('data', (data) => call.write({ data }));
      socket.on('end', () => call.end());
      socket.on('error', () => call.emit('error', { code: 14, details: 'dial tcp4 127.0.0.1: connection refused' }));
    });
  },
  stats: (_, done) => done(null, { timeMilliseconds: 1000, nodeCpuUsageNanoseconds: 5, pods: [] }),
};

const proxies = new Map<string, ConnectSubresource>([
  ['nodes', nodeProxy],
  ['pods', podProxy],
  ['services', serviceProxy],
]);

/** As much of an API server as comes before the proxy. */
export function serveConnects(handlers: Connects): Server {
  const handle = async (connect: Pick<ConnectRequest, 'request' | 'response' | 'upgrade'>): Promise<void> => {
    const parts = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?([^/]+)\/([^/]+)\/proxy/.exec(connect.request.url ?? '') ?? [];
    const [, namespace = '', resource = '', name = ''] = parts;
    const request = { ...connect, namespace, name, subresource: 'proxy', rest: '', query: new URLSearchParams() };
    const proxy = proxies.get(resource);
    await (proxy && handlers.get(proxy))?.handle({ ...request, user: { name: 'u', groups: [] } } as never);
  };
  const server = createServer((request, response) => {
    handle({ request, response }).catch((error: unknown) => {
      const failure = StatusError.from(error);
      response.writeHead(failure.code).end(JSON.stringify(failure.toStatus()));
    });
  });
  server.on('upgrade', (request, socket, head) => {
    handle({ request, upgrade: { socket, head } }).catch(() => socket.destroy());
  });
  return server;
}
