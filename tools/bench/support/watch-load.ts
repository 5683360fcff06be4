import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { skiffapiv1 } from '@skiff/contracts';
import type { BenchServer } from './api-server';

const watchers = 50;
const writes = 400;
const writers = 8;

/** The end of the last object that is written, as each protocol shows its name. */
const last = (round: string): string => `${round}-last`;

/**
 * Events a second that reach watchers of ConfigMaps, each with a stream of its own, from the first of some
 * hundred creations until all have seen the last one.
 */
export async function deliveries(server: BenchServer, protocol: 'rest' | 'grpc', namespace: string): Promise<number> {
  const round = `w${process.hrtime.bigint()}`;
  const session = connect(server.url, { ca: readFileSync(join(server.pki, 'ca.crt')) });
  await once(session, 'connect');
  const authorization = `Bearer ${server.token}`;
  const list = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = JSON.parse((await server.call('GET', `${list}?limit=1`)).body) as {
    metadata: { resourceVersion: string };
  };
  const { resourceVersion } = metadata;
  const opened = Array.from({ length: watchers }, () => {
    const headers =
      protocol === 'rest'
        ? { ':path': `${list}?watch=1&resourceVersion=${resourceVersion}` }
        : {
            ':method': 'POST',
            ':path': '/skiff.api.v1.ResourceService/Watch',
            'content-type': 'application/grpc',
            te: 'trailers',
          };
    const stream = session.request({ ...headers, authorization }, { endStream: protocol === 'rest' });
    if (protocol === 'grpc') {
      const resource = { version: 'v1', resource: 'configmaps', namespace };
      const message = skiffapiv1.WatchRequest.encode({ resource, options: { resourceVersion, watch: true } }).finish();
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([head, message]));
    }
    return stream;
  });
  await Promise.all(opened.map((stream) => once(stream, 'response')));
  const mark = Buffer.from(last(round));
  const seen = opened.map(
    (stream) =>
      new Promise<void>((resolve, reject) => {
        let tail = Buffer.alloc(0);
        stream.on('error', reject);
        stream.on('data', (chunk: Buffer) => {
          const text = Buffer.concat([tail, chunk]);
          if (text.includes(mark)) resolve();
          tail = text.subarray(-mark.length);
        });
      }),
  );
  const began = performance.now();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < writes) await server.call('POST', list, { metadata: { name: `${round}-${next++}` } });
  };
  await Promise.all(Array.from({ length: writers }, writer));
  await server.call('POST', list, { metadata: { name: last(round) } });
  await Promise.all(seen);
  const elapsed = performance.now() - began;
  session.destroy();
  return ((writes + 1) * watchers * 1000) / elapsed;
}
