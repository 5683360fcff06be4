import type { ChannelCredentials } from '@grpc/grpc-js';
import { Kinds, skiffnodev1, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { channelOptions } from '@skiff/platform';
import { isProxyable, proxyableAddress, type Proxyable } from './proxyable';
import type { AdmissionReader } from '../admission/reader';

export type NodeClient = InstanceType<typeof skiffnodev1.NodeServiceClient>;

/** Connections to the kubelets: one for each address, kept. */
export class NodeConnections {
  private readonly clients = new Map<string, NodeClient>();

  constructor(
    private readonly reader: Pick<AdmissionReader, 'get'>,
    private readonly credentials: ChannelCredentials,
    /** Which addresses nodes may have. */
    readonly proxyable: Proxyable = isProxyable,
  ) {}

  /**
   * The kubelet of a node. Throws NotFound when there is no such node, InternalError when it has no address,
   * BadRequest when that address may not be connected to.
   */
  async client(nodeName: string): Promise<NodeClient> {
    const node = await this.reader.get(Kinds.Node, '', nodeName);
    if (!node)
      throw new StatusError(404, 'NotFound', `nodes ${JSON.stringify(nodeName)} not found`, {
        name: nodeName,
        kind: 'nodes',
      });
    const address = await proxyableAddress(nodeHost(node), this.proxyable);
    const host = address.includes(':') ? `[${address}]` : address;
    const target = `${host}:${node.status?.daemonEndpoints?.kubeletEndpoint?.Port || 10250}`;
    const key = `${nodeName}@${target}`;
    // The certificate has to name the node, so that no other one can answer at its address.
    const options = { ...channelOptions, 'grpc.ssl_target_name_override': nodeName };
    const client = this.clients.get(key) ?? new skiffnodev1.NodeServiceClient(target, this.credentials, options);
    this.clients.set(key, client);
    return client;
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
    this.clients.clear();
  }
}

/** In the order in which upstream prefers them, but for names: they need a resolver that knows nodes. */
const addressTypes = ['InternalIP', 'ExternalIP', 'Hostname'];

/**
 * Where a node says that it is. Throws a StatusError without a reason when it says nothing.
 * Upstream: pkg/util/node (NoMatchError)
 */
export function nodeHost(node: corev1.Node): string {
  const addresses = node.status?.addresses ?? [];
  const address = addressTypes.map((type) => addresses.find((one) => one.type === type)?.address).find(Boolean);
  if (address) return address;
  const known = addresses.map((one) => `{${one.type} ${one.address}}`).join(' ');
  throw new StatusError(500, '', `no preferred addresses found; known addresses: [${known}]`);
}
