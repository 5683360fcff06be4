import { networkInterfaces } from 'node:os';
import type { Call } from '../bench/support/http';

/** A pod and the node it is on, where nobody listens. */
export const streamsPod = 'streams';
export const streamsNode = 'streams';

/** This machine as others see it: a node may not be on loopback. Nobody listens there on port 1. */
const ownAddress = (): string | undefined =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

/** Makes what pods need to be taken, and exec, attach and port-forward to get as far as their frames. */
export async function prepare(call: Call): Promise<void> {
  const address = ownAddress();
  const status = {
    addresses: address === undefined ? [] : [{ type: 'InternalIP', address }],
    daemonEndpoints: { kubeletEndpoint: { Port: 1 } },
  };
  // Of a quota that an input made, no pod may be left.
  await remove(call, '/api/v1/namespaces/default/resourcequotas');
  // A cluster's controllers would make it.
  await make(call, '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  await make(call, '/api/v1/nodes', { metadata: { name: streamsNode }, status });
  await make(call, '/api/v1/namespaces/default/pods', {
    metadata: { name: streamsPod },
    spec: { nodeName: streamsNode, containers: [{ name: 'c', image: 'i' }], automountServiceAccountToken: false },
  });
}

async function remove(call: Call, path: string): Promise<void> {
  const { status, body } = await call('DELETE', path);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`);
}

/** What is there already stays. */
async function make(call: Call, path: string, object: object): Promise<void> {
  const { status, body } = await call('POST', path, object);
  if (status !== 201 && status !== 409) throw new Error(`${path} answered ${status}: ${body}`);
}
