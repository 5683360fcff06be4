import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admissionPlugins } from '@skiff/admission-plugins';
import { ensurePki } from '@skiff/pki';
import { systemClock, type Logger } from '@skiff/platform';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { createApiServer, type ApiServerOptions, type HandleLocal } from '@skiff/api-server';
import type { Send } from './replay';

type Call = Parameters<Send>[0];

export interface TestAnswer extends Awaited<ReturnType<Send>> {
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface TestServer {
  /** Sends over HTTPS, as `admin` of system:masters unless the call has an Authorization of its own. */
  send(call: Call): Promise<TestAnswer>;
  readonly port: number;
  /** PEM texts: the authority of the cluster, and a member of system:masters. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Opens a WebSocket as `admin`. */
  connect(path: string, protocols?: string[], headers?: Record<string, string>): WebSocket;
  /** Sends from within the process. */
  readonly handle: HandleLocal;
  close(): Promise<void>;
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/** The real server on the embedded store, with the admission that the recorded one had. */
export async function startTestServer(extra: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'skiff-golden-'));
  const recorder = { commonName: 'admin', organizations: ['system:masters'], usages: ['client'] } as const;
  const others = new Map([['recorder', recorder]]);
  await ensurePki(directory, { clusterName: 'golden', nodes: [], addresses: [], others }, systemClock.now());
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  const store = await EmbeddedStore.open({ directory: join(directory, 'store') });
  const serving = new AbortController();
  const began = systemClock.now();
  const server = await createApiServer(
    {
      store,
      tls: { cert: await read('api-server.crt'), key: await read('api-server.key'), clientCa: await read('ca.crt') },
      serviceAccounts: { privateKey: await read('service-account.key'), issuer: 'https://kubernetes.default.svc' },
      serviceRange: '10.96.0.0/16',
      nodePortRange: '30000-32767',
      advertise: { address: '127.0.0.1', port: 6443 },
      admissionPlugins: admissionPlugins({ disable: ['ServiceAccount'] }),
      // Ages are part of what tables show, and the recorded server took no time.
      clock: { ...systemClock, now: () => began },
      random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
      logger: silent,
      tracer: trace.getTracer('golden'),
      metrics: new Registry(),
      ...extra,
    },
    serving.signal,
  );
  const port = await server.listen('127.0.0.1', 0);
  const tls = { ca: await read('ca.crt'), cert: await read('recorder.crt'), key: await read('recorder.key') };
  const nobody = new Agent({ keepAlive: true, ca: tls.ca });
  const admin = new Agent({ keepAlive: true, ...tls });
  return {
    handle: server.handle,
    send: (call) => sendOver('Authorization' in call.headers ? nobody : admin, port, call),
    port,
    tls,
    connect: (path, protocols = [], headers = {}) =>
      new WebSocket(`wss://127.0.0.1:${port}${path}`, protocols, { ...tls, headers }),
    async close() {
      admin.destroy();
      nobody.destroy();
      await server.close();
      serving.abort(new Error('stopped'));
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

function sendOver(agent: Agent, port: number, { method, path, headers, body }: Call): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const call = request(
      { host: '127.0.0.1', port, agent, method, path, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            bytes: Buffer.concat(chunks),
            body: Buffer.concat(chunks).toString('utf8'),
            warnings: [response.headers['warning'] ?? []].flat(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
