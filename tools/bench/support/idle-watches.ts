import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { join } from 'node:path';
import type { BenchServer } from './api-server';

/** How many connections are made at the same time. */
const batchSize = 50;

/**
 * Opens watches, each on a connection of its own as most clients do. Those that are stalled take nothing from
 * their sockets once the watch has begun.
 */
export async function openWatches(
  server: BenchServer,
  path: string,
  count: number,
  kind: 'reading' | 'stalled',
): Promise<{ close(): void }> {
  const ca = readFileSync(join(server.pki, 'ca.crt'));
  const sockets: TLSSocket[] = [];
  for (let open = 0; open < count; open += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, count - open) }, () => openWatch(server, path, ca, kind));
    sockets.push(...(await Promise.all(batch)));
  }
  return {
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function openWatch(
  server: BenchServer,
  path: string,
  ca: Buffer,
  kind: 'reading' | 'stalled',
): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: server.port, ca });
  // The server may cut one off that takes nothing.
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(`no watch: ${head.toString('latin1')}`);
  if (kind === 'stalled') socket.pause();
  else socket.resume();
  return socket;
}
