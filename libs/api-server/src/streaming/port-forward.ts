import type { Readable } from 'node:stream';
import type { skiffnodev1 } from '@skiff/contracts';
import type { NodeClient } from './node-connections';

export interface ForwardedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One direction pair of a forwarded connection at the client's side, whichever protocol carries it. */
export interface ForwardStream {
  /** Ends when the client closes its side; is destroyed when the client is gone. */
  readonly input: Readable;
  /** Aborts when the client is gone, whether it has closed its side before or not. */
  readonly signal: AbortSignal;
  /** Resolves when the client can take more. */
  write(data: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** Carries the bytes of one connection to a port; on the second stream the client hears of an error. Never rejects. */
export type ForwardPort = (
  port: number,
  data: ForwardStream,
  error: Pick<ForwardStream, 'write' | 'end'>,
) => Promise<void>;

/** The client's end of a port-forward. */
export interface PortForwardEnd {
  /** Forwards whatever the client asks for, until it goes. */
  serve(forward: ForwardPort): Promise<void>;
}

/** Forwards to a pod, through the service of its kubelet. */
export function forwardThroughNode(node: NodeClient, pod: ForwardedPod): ForwardPort {
  return async (port, data, error) => {
    const call = node.portForward();
    call.write({ start: { podNamespace: pod.namespace, podName: pod.name, podUid: pod.uid, port } });
    data.input.on('data', (bytes: Buffer) => {
      if (!call.write({ data: bytes })) {
        data.input.pause();
        call.once('drain', () => data.input.resume());
      }
    });
    data.input.on('end', () => call.end());
    const leave = (): void => call.cancel();
    data.signal.addEventListener('abort', leave, { once: true });
    try {
      for await (const { data: bytes } of call as AsyncIterable<skiffnodev1.PortForwardResponse>)
        if (bytes?.length) await data.write(bytes);
    } catch (failure) {
      const text = failure instanceof Error && 'details' in failure ? String(failure.details) : String(failure);
      const where = `pod ${pod.name}_${pod.namespace}, uid ${pod.uid}`;
      await error.write(Buffer.from(`error forwarding port ${port} to ${where}: ${text}`));
    } finally {
      data.signal.removeEventListener('abort', leave);
      await data.end();
      await error.end();
    }
  };
}
