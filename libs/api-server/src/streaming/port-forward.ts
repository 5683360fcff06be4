import type { skiffnodev1 } from '@skiff/contracts';
import type { NodeClient } from './node-connections';
import type { SpdyConnection, SpdyStream } from './spdy/connection';

export const portForwardProtocol = 'portforward.k8s.io';

export interface ForwardedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
}

/**
 * Forwards ports of a pod over SPDY until the client goes. For each connection the client opens two
 * streams with the same `requestid`: one for the bytes, one on which it hears of an error.
 */
export async function bridgePortForward(
  connection: SpdyConnection,
  node: NodeClient,
  pod: ForwardedPod,
): Promise<void> {
  const pairs = new Map<string, Pair>();
  const calls = new Set<Promise<void>>();
  await connection.serve((stream) => {
    const id = stream.headers.get('requestid') ?? '';
    const pair = pairs.get(id) ?? {};
    pairs.set(id, pair);
    if (stream.headers.get('streamtype') === 'error') pair.error = stream;
    else pair.data = stream;
    const { data, error } = pair;
    if (!data || !error) return;
    pairs.delete(id);
    const call = forward(data, error, node, pod).finally(() => {
      connection.forget(data);
      connection.forget(error);
      calls.delete(call);
    });
    calls.add(call);
  });
  await Promise.all(calls);
}

/** One connection to one port. */
async function forward(data: SpdyStream, error: SpdyStream, node: NodeClient, pod: ForwardedPod): Promise<void> {
  const port = Number(data.headers.get('port'));
  const call = node.portForward();
  const start = { podNamespace: pod.namespace, podName: pod.name, podUid: pod.uid, port };
  call.write({ start });
  data.input.on('data', (bytes: Buffer) => {
    if (!call.write({ data: bytes })) {
      data.input.pause();
      call.once('drain', () => data.input.resume());
    }
  });
  data.input.on('end', () => call.end());
  data.input.on('close', () => {
    if (!data.input.readableEnded) call.cancel();
  });
  try {
    for await (const { data: bytes } of call as AsyncIterable<skiffnodev1.PortForwardResponse>)
      if (bytes?.length) await data.write(bytes);
  } catch (failure) {
    const text = failure instanceof Error && 'details' in failure ? String(failure.details) : String(failure);
    const where = `pod ${pod.name}_${pod.namespace}, uid ${pod.uid}`;
    await error.write(Buffer.from(`error forwarding port ${port} to ${where}: ${text}`));
  } finally {
    await data.end();
    await error.end();
  }
}
