import { Duplex } from 'node:stream';
import type { ServiceError } from '@grpc/grpc-js';
import type { skiffnodev1 } from '@skiff/contracts';
import type { NodeClient } from '../node-connections';
import type { ForwardedPod } from '../port-forward';

/** A connection to a port of a pod, through the port-forward of its kubelet. Fails with ECONNREFUSED as a socket does. */
export function openPodPort(node: NodeClient, pod: ForwardedPod, port: number): Duplex {
  const call = node.portForward();
  call.write({ start: { podNamespace: pod.namespace, podName: pod.name, podUid: pod.uid, port } });
  const stream = new Duplex({
    read: () => void call.resume(),
    write(data: Buffer, _, done) {
      if (call.write({ data })) done();
      else call.once('drain', done);
    },
    final(done) {
      call.end();
      done();
    },
    destroy(error, done) {
      call.cancel();
      done(error);
    },
  });
  call.on('data', ({ data }: skiffnodev1.PortForwardResponse) => {
    if (data?.length && !stream.push(data)) call.pause();
  });
  call.on('end', () => stream.push(null));
  call.on('error', ({ details }: ServiceError) => {
    const code = /connection refused/i.test(details) ? 'ECONNREFUSED' : 'ECONNRESET';
    stream.destroy(Object.assign(new Error(details), { code }));
  });
  return stream;
}
