import { readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { join } from 'node:path';
import type { BenchServer } from './api-server';

/** A request that is made again and again. */
export interface H2Request {
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** Throws when the answer is not the one that is measured. */
  check(headers: Readonly<Record<string, unknown>>, bytes: number): void;
}

const connections = 4;
const atOnce = 16;

/** Requests a second, so many at once over a few connections of HTTP/2, whose bodies nobody looks into. */
export async function h2Load(server: BenchServer, request: H2Request, seconds: number): Promise<number> {
  const ca = readFileSync(join(server.pki, 'ca.crt'));
  const sessions = Array.from({ length: connections }, () => connect(server.url, { ca }));
  const until = performance.now() + seconds * 1000;
  let done = 0;
  const worker = async (session: ClientHttp2Session): Promise<void> => {
    while (performance.now() < until) {
      await once(session, request, server.token);
      done += 1;
    }
  };
  const began = performance.now();
  try {
    await Promise.all(
      Array.from({ length: atOnce }, (_, index) => worker(sessions[index % connections] as ClientHttp2Session)),
    );
    return (done * 1000) / (performance.now() - began);
  } finally {
    for (const session of sessions) session.close();
  }
}

function once(session: ClientHttp2Session, request: H2Request, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...request.headers, authorization: `Bearer ${token}` });
    let received: Readonly<Record<string, unknown>> = {};
    let bytes = 0;
    const note = (headers: Readonly<Record<string, unknown>>): void => void (received = { ...received, ...headers });
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('error', reject);
    stream.on('close', () => {
      try {
        request.check(received, bytes);
        resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    stream.end(request.body);
  });
}
