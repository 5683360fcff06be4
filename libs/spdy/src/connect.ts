import { request } from 'node:http';
import { SpdyConnection } from './connection';

/** A client's connection, and what it is to speak on it. */
export interface SpdyClient {
  readonly connection: SpdyConnection;
  /** The one of the protocols offered that the server chose. */
  readonly protocol: string;
}

/** Upgrades a request to one of these protocols over SPDY/3.1. The caller runs the connection. */
export function connectSpdy(url: string, protocols: readonly string[]): Promise<SpdyClient> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': [...protocols],
      },
    });
    call.once('upgrade', (answer, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (head.length > 0) socket.unshift(head);
      const protocol = String(answer.headers['x-stream-protocol-version'] ?? protocols[0] ?? '');
      resolve({ connection: new SpdyConnection(socket, 'client'), protocol });
    });
    call.once('response', (answer) => {
      answer.resume();
      reject(new Error(`the runtime's streaming server answered ${answer.statusCode ?? 0}`));
    });
    call.once('error', reject);
    call.end();
  });
}
