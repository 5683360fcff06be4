import { guardCalls, type Guard } from '@skiff/client-runtime';
import { skiffnodev1 } from '@skiff/contracts';
import { createGrpcServer, serveGrpc, serverCredentials, type ServerTls } from '@skiff/platform';
import type { ServedNode } from './served-node';
import { methodAccess } from './access';
import { nodeService } from './node-service';

export interface ServeNodeOptions {
  /** "host:port"; port 0 takes any. */
  readonly address: string;
  /** Absent serves without TLS, for tests. */
  readonly tls?: ServerTls;
  /** Asked before each call. */
  readonly guard: Pick<Guard, 'admit'>;
}

/** Serves the node service until the signal aborts; resolves with the port. */
export function serveNode(node: ServedNode, options: ServeNodeOptions, signal: AbortSignal): Promise<number> {
  const { nodeName } = node;
  const { server } = createGrpcServer({
    interceptors: [guardCalls(options.guard, (method) => methodAccess(nodeName, method))],
  });
  server.addService(skiffnodev1.NodeServiceService, nodeService(node));
  return serveGrpc(server, options.address, serverCredentials(options.tls), signal);
}
