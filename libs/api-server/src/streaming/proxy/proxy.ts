import { Kinds } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { ConnectRequest } from '../../request/handlers';
import { proxyRequest } from './http-proxy';
import { answerNodeRequest } from './node-api';
import { nodeTarget, portNumber, podTarget, serviceTarget, splitProxyName, type TargetOptions } from './target';

/** Serves the `proxy` subresource of pods, services and nodes, on a plain request or an upgrade. */
export class ResourceProxy {
  constructor(private readonly options: TargetOptions) {}

  async pod(connect: ConnectRequest): Promise<void> {
    await proxyRequest(connect, await podTarget(this.options, connect.namespace, connect.name));
  }

  async service(connect: ConnectRequest): Promise<void> {
    await proxyRequest(connect, await serviceTarget(this.options, connect.namespace, connect.name));
  }

  async node(connect: ConnectRequest): Promise<void> {
    const { scheme, name, port } = splitProxyName('node', connect.name);
    const node = await this.options.reader.get(Kinds.Node, '', name);
    if (!node)
      throw new StatusError(404, 'NotFound', `nodes ${JSON.stringify(name)} not found`, { name, kind: 'nodes' });
    const kubeletPort = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 10250;
    if (port === '' || Number(port) === kubeletPort) await answerNodeRequest(this.options, node, connect);
    else await proxyRequest(connect, await nodeTarget(this.options, node, scheme, portNumber(port)));
  }
}
