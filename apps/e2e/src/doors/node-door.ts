import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials, Metadata, status as codes, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';
import { skiffnodev1 } from '@skiff/contracts';
import type { TestCluster } from '../support/cluster';

/** What somebody shows at the door of a kubelet: a pair of the cluster's folder, a token, or nothing. */
export interface Shown {
  readonly certificate?: string;
  readonly token?: string;
}

/** Runs a command in a container by asking its kubelet; resolves with the output, or the gRPC code of the refusal. */
export async function execAtNode(cluster: TestCluster, pod: string, namespace: string, shown: Shown): Promise<string> {
  const node = await cluster.kubectl('-n', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.spec.nodeName}');
  const path = 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}';
  const address = await cluster.kubectl('get', 'node', node, '-o', path);
  const client = new skiffnodev1.NodeServiceClient(`${address}:10250`, channel(cluster, shown), {
    'grpc.ssl_target_name_override': node,
  });
  const metadata = new Metadata();
  if (shown.token) metadata.set('authorization', `Bearer ${shown.token}`);
  try {
    return await output(client.exec(metadata), {
      container: { podNamespace: namespace, podName: pod, container: 'main' },
      command: ['echo', 'inside'],
      stdout: true,
    });
  } finally {
    client.close();
  }
}

function channel(cluster: TestCluster, { certificate }: Shown): ChannelCredentials {
  const pem = (name: string): Buffer => readFileSync(join(cluster.root, 'pki', name));
  if (!certificate) return credentials.createSsl(pem('ca.crt'));
  return credentials.createSsl(pem('ca.crt'), pem(`${certificate}.key`), pem(`${certificate}.crt`));
}

type ExecCall = ReturnType<skiffnodev1.NodeServiceClient['exec']>;

function output(call: ExecCall, start: skiffnodev1.ExecStart): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    call.on('data', (response: skiffnodev1.ExecResponse) => (text += Buffer.from(response.stdout ?? []).toString()));
    call.on('end', () => resolve(text.trim()));
    call.on('error', (error: ServiceError) => resolve(codes[error.code] ?? String(error.code)));
    call.write({ start });
  });
}
