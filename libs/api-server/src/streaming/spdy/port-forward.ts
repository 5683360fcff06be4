import type { SpdyConnection, SpdyStream } from '@skiff/spdy';
import type { PortForwardEnd } from '../port-forward';

export const spdyPortForwardProtocol = 'portforward.k8s.io';

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
}

/**
 * Port-forward over SPDY: for each connection the client opens two streams with the same `requestid`,
 * one for the bytes, one on which it hears of an error.
 */
export function spdyPortForwardEnd(connection: SpdyConnection): PortForwardEnd {
  return {
    async serve(forward) {
      const pairs = new Map<string, Pair>();
      const calls = new Set<Promise<void>>();
      await connection.run((stream) => {
        const id = stream.headers.get('requestid') ?? '';
        const pair = pairs.get(id) ?? {};
        pairs.set(id, pair);
        if (stream.headers.get('streamtype') === 'error') pair.error = stream;
        else pair.data = stream;
        const { data, error } = pair;
        if (!data || !error) return;
        pairs.delete(id);
        const call = forward(Number(data.headers.get('port')), data, error).finally(() => {
          connection.forget(data);
          connection.forget(error);
          calls.delete(call);
        });
        calls.add(call);
      });
      await Promise.all(calls);
    },
  };
}
