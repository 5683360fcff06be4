import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/** Where a service listens, and what a client shows there. */
export interface Port {
  readonly host: string;
  readonly port: number;
  /** PEM; absent for plain text. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string; readonly servername: string };
}

const answerMilliseconds = 3_000;

/** Sends bytes and resolves with what comes back until the peer closes, or says no more for a while. */
export async function exchange(socket: Socket, ...parts: (string | Uint8Array)[]): Promise<string> {
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  // What breaks is what is tried.
  socket.on('error', () => undefined);
  for (const part of parts) if (socket.writable) socket.write(part);
  await answered(socket);
  socket.destroy();
  return answer;
}

/** Resolves when the peer has closed, when nothing has come for a moment after something has, or nothing for long. */
function answered(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, answerMilliseconds);
    socket.on('data', () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, 50);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export async function openPlain({ host, port }: Port): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket;
}

export async function openTls({ host, port, tls }: Port, protocol = 'http/1.1'): Promise<TLSSocket> {
  const socket = connectTls({ host, port, ...tls, ALPNProtocols: [protocol] });
  await once(socket, 'secureConnect');
  return socket;
}

export async function openHttp2({ host, port, tls }: Port): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://${host}:${port}`, { ...tls });
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}

/** Makes a unary call of these bytes; resolves with the code of its status, or that of the reset. */
export function callGrpc(session: ClientHttp2Session, path: string, body: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(headers);
    let status = '';
    stream.on('response', (answer) => (status = String(answer['grpc-status'] ?? '')));
    stream.on('trailers', (answer) => (status = String(answer['grpc-status'] ?? status)));
    stream.on('error', () => undefined);
    stream.on('close', () => resolve(status || `reset ${stream.rstCode}`));
    stream.resume();
    stream.end(body);
  });
}

/** Begins many requests and takes each back at once. */
export async function resetRapidly(port: Port, path: string, count: number): Promise<void> {
  const session = await openHttp2(port);
  for (let index = 0; index < count && !session.destroyed; index += 1) {
    const stream = session.request({ ':path': path });
    stream.on('error', () => undefined);
    stream.close(constants.NGHTTP2_CANCEL);
  }
  const closed = session.destroyed ? Promise.resolve() : once(session, 'close');
  session.close();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, answerMilliseconds).unref())]);
  session.destroy();
}

/** Sends each datagram, whoever listens. */
export async function sendDatagrams({ host, port }: Port, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  try {
    for (const datagram of datagrams)
      await new Promise<void>((resolve, reject) =>
        socket.send(datagram, port, host, (error) => (error ? reject(error) : resolve())),
      );
  } finally {
    socket.close();
  }
}

/** What no protocol understands. */
export function nonsense(): readonly Uint8Array[] {
  return [
    randomBytes(1),
    randomBytes(300),
    randomBytes(70_000),
    Buffer.alloc(4_096),
    Buffer.from('GET / HTTP/1.0\r\n\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    // A TLS record of a hello that promises more than it has.
    Buffer.from('16030100ff010000fb0303', 'hex'),
    Buffer.from('160301ffff', 'hex'),
  ];
}
