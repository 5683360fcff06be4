import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';

/** The webhooks that the recording was made with, and those of other tests. */
export interface WebhookProgram {
  /** `https://127.0.0.1:PORT` */
  readonly hookUrl: string;
  /** In base64. */
  readonly caBundle: string;
  close(): Promise<void>;
}

/** What is answered to the JSON document that came, which is undefined where none did. */
export type AnswerWebhook<Asked> = (
  path: string,
  asked: Asked | undefined,
) => { readonly code: number; readonly text: string };

const slowMilliseconds = 2_500;

export async function startWebhookProgram<Asked>(answer: AnswerWebhook<Asked>): Promise<WebhookProgram> {
  const now = systemClock.now();
  const authority = await createAuthority('hook-ca', now);
  const hosts = ['127.0.0.1', 'localhost'];
  const { certificate: cert, key } = await authority.issue({ commonName: '127.0.0.1', hosts, usages: ['server'] }, now);
  const server = createServer({ cert, key }, (request, response) => void serve(request, response, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    hookUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caBundle: Buffer.from(authority.pair.certificate).toString('base64'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve<Asked>(
  request: IncomingMessage,
  response: ServerResponse,
  answer: AnswerWebhook<Asked>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = ''] = (request.url ?? '').split('?');
  if (path === '/redirect') return void response.writeHead(302, { location: '/allow' }).end();
  if (path === '/slow') await sleep(slowMilliseconds);
  const { code, text } = answer(path, parsed<Asked>(Buffer.concat(chunks).toString()));
  response.writeHead(code, { 'content-type': 'application/json' }).end(text);
}

function parsed<Asked>(text: string): Asked | undefined {
  try {
    return JSON.parse(text) as Asked;
  } catch {
    // Who is redirected brings nothing.
    return undefined;
  }
}
