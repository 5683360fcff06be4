import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';

export interface TestWebhook {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly caBundle: string;
  /** How many connections were made to it. */
  connections(): number;
  /** Closes the connections on which nothing goes on. */
  closeIdle(): void;
  close(): Promise<void>;
}

/** Serves HTTPS on loopback with a certificate for these hosts. */
export async function startWebhook(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  hosts: readonly string[] = ['127.0.0.1'],
): Promise<TestWebhook> {
  const now = systemClock.now();
  const authority = await createAuthority('webhooks', now);
  const pair = await authority.issue({ commonName: '127.0.0.1', hosts, usages: ['server'] }, now);
  let connections = 0;
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caBundle: Buffer.from(authority.pair.certificate).toString('base64'),
    connections: () => connections,
    closeIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
