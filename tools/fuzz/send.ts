import { readFileSync } from 'node:fs';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Input } from './input';
import type { Answer } from './answer';
import { GrpcAnswer } from './grpc-answer';

/** How long an answer is waited for before it counts as none. */
const patienceMilliseconds = 20_000;
/** Node.js may not send a head of HTTP/2 beyond this, or take it for a flood and end the connection. */
const mostHttp2HeadBytes = 32 << 10;
/** Node.js never forgets what it still had to send of a stream that ended: its connection takes no more after 256 MB. */
const mostSharedBytes = 64 << 20;
/** A server ends a connection whose streams are given up too often (nghttp2: a thousand, then 33 a second); each of these may be. */
const mostSharedRequests = 500;
/** What the server reads of a body. While the rest of a longer one is still sent, it ends the connection. */
const mostBodyBytes = 3 << 20;
/** A connection whose bytes are no request, and an answer that goes on, is left after this long. */
const leftMilliseconds = 100;

/** Whether an answer has no end: the head of it is all that is waited for. */
const lasts = ({ path }: Input): boolean => /[?&](watch|follow)=|\/Watch$/.test(path);

const ignore = (): void => undefined;

/** Sends inputs to a server on loopback, as the admin of its cluster. */
export class Sender {
  private readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  private readonly agent: Agent;
  private session: ClientHttp2Session | undefined;
  /** What ended connections of HTTP/2. */
  private readonly ends = new WeakMap<ClientHttp2Session, string>();
  private sharedBytes = 0;
  private sharedRequests = 0;

  constructor(
    pki: string,
    private readonly port: number,
  ) {
    const read = (name: string): Buffer => readFileSync(join(pki, name));
    this.tls = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') };
    this.agent = new Agent({ keepAlive: true, maxSockets: 4, ...this.tls });
  }

  /** Resolves with the answer; rejects when there is none. */
  send(input: Input): Promise<Answer> {
    switch (input.over) {
      case 'http/1.1':
        return this.overHttp1(input);
      case 'h2':
      case 'grpc':
        return this.overHttp2(input);
      default:
        return this.raw(input);
    }
  }

  close(): void {
    this.agent.destroy();
    this.session?.destroy();
  }

  /** On a connection of its own where a kept one ended, which a server may do between two requests. */
  private overHttp1(input: Input, agent: Agent | false = this.agent): Promise<Answer> {
    const { method, path, headers, body } = input;
    return new Promise((resolve, reject) => {
      const sent = Buffer.from(body, 'latin1');
      const length = method === 'GET' || method === 'HEAD' ? {} : { 'content-length': sent.length };
      const call = request(
        { ...this.tls, host: '127.0.0.1', port: this.port, agent, method, path, headers: { ...headers, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          const done = (): void =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') });
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', done);
          if (lasts(input)) leave(done, () => call.destroy());
        },
      );
      // A server may close while it is still sent the body that it has refused.
      call.on('socket', (socket) => {
        if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
      });
      call.setTimeout(patienceMilliseconds, () => call.destroy(new Error('no answer came')));
      call.on('error', (error: NodeJS.ErrnoException) => {
        const cut = sent.length > mostBodyBytes && (error.code === 'EPIPE' || error.code === 'ECONNRESET');
        if (cut) return resolve({ status: 413, body: '' });
        const ended = agent !== false && call.reusedSocket && error.code === 'ECONNRESET';
        if (ended) resolve(this.overHttp1(input, false));
        else reject(error);
      });
      call.end(sent);
    });
  }

  private overHttp2(input: Input): Promise<Answer> {
    const { method, path, headers, body } = input;
    const large = method.length + path.length + JSON.stringify(headers).length > mostHttp2HeadBytes;
    // Node.js may end a connection over a head that is too large for it.
    const session = large ? this.openSession() : this.sharedSession(body.length);
    return new Promise((resolve, reject) => {
      const sent = Buffer.from(body, 'latin1');
      const { expect: _, ...rest } = headers as Record<string, string>;
      const stream = session.request({ ':method': method, ':path': path, ...rest }, { endStream: sent.length === 0 });
      const answer = { status: 0, chunks: [] as Buffer[] };
      const trailers = input.over === 'grpc' ? new GrpcAnswer(stream) : undefined;
      const plain = (): Answer => ({ status: answer.status, body: Buffer.concat(answer.chunks).toString('latin1') });
      const done = (): void => resolve(trailers?.read(plain()) ?? plain());
      stream.setTimeout(patienceMilliseconds, () => stream.destroy(new Error('no answer came')));
      stream.on('response', (head) => {
        answer.status = head[':status'] ?? 0;
        // What is left while it goes on has no trailers yet.
        if (lasts(input))
          leave(
            () => resolve(plain()),
            () => stream.destroy(),
          );
      });
      stream.on('data', (chunk: Buffer) => answer.chunks.push(chunk));
      stream.on('error', (error: Error) => {
        if (large && /NGHTTP2_(ENHANCE_YOUR_CALM|REFUSED_STREAM)/.test(error.message))
          resolve({ status: 431, body: '' });
        else reject(error);
      });
      // A body that the server does not take keeps a stream from closing after its answer has come.
      stream.on('end', () => {
        if (answer.status === 0) return;
        done();
        stream.destroy();
      });
      stream.on('close', () => {
        if (answer.status > 0 || large) done();
        else reject(new Error(`no answer: code ${stream.rstCode}; connection: ${this.ends.get(session) ?? 'open'}`));
        if (large) session.destroy();
      });
      if (sent.length > 0) stream.end(sent);
    });
  }

  private sharedSession(bytes: number): ClientHttp2Session {
    this.sharedBytes += bytes;
    this.sharedRequests += 1;
    if (this.sharedBytes > mostSharedBytes || this.sharedRequests > mostSharedRequests) {
      this.session?.close();
      this.session = undefined;
    }
    if (!this.session || this.session.closed || this.session.destroyed) {
      const opened = this.openSession();
      opened.on('goaway', () => {
        if (this.session === opened) this.session = undefined;
      });
      this.session = opened;
      this.sharedBytes = bytes;
      this.sharedRequests = 1;
    }
    return this.session;
  }

  private openSession(): ClientHttp2Session {
    const socket = connect({ ...this.tls, host: '127.0.0.1', port: this.port, ALPNProtocols: ['h2'] });
    const session = connectHttp2(`https://127.0.0.1:${this.port}`, {
      createConnection: () => socket,
      // In MB: a body that the server does not take must not keep answers from coming.
      maxSessionMemory: 256,
    });
    session.on('goaway', (code) => this.ends.set(session, `told to go, code ${code}`));
    session.on('error', (error: Error) => this.ends.set(session, error.message));
    socket.on('error', (error) => {
      this.ends.set(session, error.message);
      session.destroy();
    });
    socket.on('end', () => this.ends.set(session, this.ends.get(session) ?? 'ended'));
    return session;
  }

  private raw({ over, body }: Input): Promise<Answer> {
    return new Promise((resolve) => {
      const protocol = over === 'raw h2' ? 'h2' : 'http/1.1';
      const socket = connect({ ...this.tls, host: '127.0.0.1', port: this.port, ALPNProtocols: [protocol] });
      let received = '';
      socket.on('data', (chunk: Buffer) => void (received += chunk.toString('latin1')));
      socket.on('secureConnect', () => {
        socket.write(Buffer.from(body, 'latin1'));
        setTimeout(() => socket.destroy(), leftMilliseconds);
      });
      // A reset is an answer to bytes that are no request.
      socket.on('error', () => socket.destroy());
      socket.on('close', () =>
        resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0), body: received }),
      );
    });
  }
}

/** Takes what has come of an answer that goes on, and hangs up. */
function leave(done: () => void, hangUp: () => void): void {
  setTimeout(() => {
    done();
    hangUp();
  }, leftMilliseconds);
}
