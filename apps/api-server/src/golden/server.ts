import { Agent, request } from 'node:https';
import { admissionPlugins } from '@skiff/admission-plugins';
import { admissionPolicies } from '@skiff/admission-policies';
import { admissionWebhooks } from '@skiff/admission-webhooks';
import type { ApiServer, ApiServerOptions, HandleInProcess } from '@skiff/api-server';
import { startApiServer, type ProcessApiServer } from '@skiff/cluster/api-server';
import { generatePrivateKey } from '@skiff/pki';
import { silentLogger, systemClock, systemRandom } from '@skiff/platform';
import { WebSocket } from 'ws';
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
  /** A client in this process. */
  readonly clientOf: ProcessApiServer['clientOf'];
  /** Serves resources beside those of Kubernetes, until their lifetime aborts. */
  readonly install: ApiServer['install'];
  /** Sends from within the process. */
  readonly handle: HandleInProcess;
  close(): Promise<void>;
}

/** The real server on a store in memory, with the admission and the issuer of tokens that the recorded one had. */
export async function startTestServer(extra: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  // Ages are part of what tables show, and the recorded server took no time.
  const began = systemClock.now();
  const context = { clock: { ...systemClock, now: () => began }, random: systemRandom, logger: silentLogger };
  const serviceAccounts = { privateKey: await generatePrivateKey(), issuer: 'https://kubernetes.default.svc' };
  const recorded = {
    serviceAccounts,
    admissionPlugins: admissionPlugins({ disable: ['ServiceAccount'] }, admissionPolicies, admissionWebhooks),
  };
  const server = await startApiServer(context, { ...recorded, ...extra });
  const port = await server.port();
  const ca = server.certificateAuthority;
  const { certificate: cert, key } = await server.identityOf({ name: 'admin', groups: ['system:masters'] });
  const tls = { ca, cert, key };
  const nobody = new Agent({ keepAlive: true, ca });
  const admin = new Agent({ keepAlive: true, ...tls });
  return {
    clientOf: server.clientOf,
    install: server.install,
    handle: server.handle,
    send: (call) => sendOver('Authorization' in call.headers ? nobody : admin, port, call),
    port,
    tls,
    connect: (path, protocols = [], headers = {}) =>
      new WebSocket(`wss://127.0.0.1:${port}${path}`, protocols, { ...tls, headers }),
    async close() {
      admin.destroy();
      nobody.destroy();
      await server.stop();
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
            warnings: response.headersDistinct['warning'] ?? [],
            headers: response.headersDistinct,
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
