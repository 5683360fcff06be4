import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer, type ApiServer } from '@skiff/api-server';
import { ensurePki } from '@skiff/pki';
import { seededRandom, silentLogger, systemClock } from '@skiff/platform';
import { MemoryStore } from '@skiff/storage-memory';
import { Registry } from 'prom-client';

export interface TestServer extends ApiServer {
  /** PEM texts of the cluster's authority, and of the users `admin`, of system:masters, and `nobody`. */
  pem(name: 'ca.crt' | 'admin.crt' | 'admin.key' | 'nobody.crt' | 'nobody.key'): Promise<Buffer>;
}

/** The real server, over a store in memory. */
export async function startServer(): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'skiff-client-'));
  const others = new Map([
    ['admin', { commonName: 'admin', organizations: ['system:masters'], usages: ['client'] } as const],
    ['nobody', { commonName: 'nobody', organizations: [], usages: ['client'] } as const],
  ]);
  await ensurePki(directory, { clusterName: 'client', nodes: [], addresses: [], others }, systemClock.now());
  const pem = (name: string): Promise<Buffer> => readFile(join(directory, name));
  const text = async (name: string): Promise<string> => (await pem(name)).toString('utf8');
  const store = new MemoryStore();
  const serving = new AbortController();
  const server = await createApiServer(
    {
      store,
      tls: { cert: await text('api-server.crt'), key: await text('api-server.key'), clientCa: await text('ca.crt') },
      serviceAccounts: { privateKey: await text('service-account.key'), issuer: 'https://kubernetes.default.svc' },
      serviceRange: '10.96.0.0/16',
      nodePortRange: '30000-32767',
      advertise: { address: '127.0.0.1', port: 6443 },
      // No controller makes the accounts that it asks for.
      admissionPlugins: admissionPlugins({ disable: ['ServiceAccount'] }),
      clock: systemClock,
      random: seededRandom(1),
      logger: silentLogger,
      tracer: trace.getTracer('client'),
      metrics: new Registry(),
    },
    serving.signal,
  );
  return {
    ...server,
    pem,
    async close() {
      await server.close();
      serving.abort(new Error('the test is over'));
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}
