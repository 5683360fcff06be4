import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePki } from '@skiff/pki';

/** A server of Node.js that answers 1 KiB to everybody, by which figures of different machines can be compared. */
export async function startReference(): Promise<{ url: string; stop(): void }> {
  const pki = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  await ensurePki(pki, { clusterName: 'reference', nodes: [], addresses: [] }, Date.now());
  const read = (name: string): Buffer => readFileSync(join(pki, name));
  const body = Buffer.alloc(1024, 'x');
  const server = createServer({ cert: read('api-server.crt'), key: read('api-server.key') }, (_, response) =>
    response.writeHead(200, { 'content-length': body.length }).end(body),
  );
  rmSync(pki, { recursive: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, stop: () => server.close() };
}
