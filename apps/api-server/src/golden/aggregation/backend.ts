import { once } from 'node:events';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:https';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { createAuthority, type Authority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';
import { answer } from './answers';

/** An aggregated API server whose answers depend on the path alone. */
export interface Backend {
  readonly port: number;
  /** Where nobody listens. */
  readonly deadPort: number;
  /** PEM of the CA that signed its certificates, in base64. */
  readonly caBundle: string;
  /** Of the certificates that were shown to it. */
  readonly clients: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Whom the API server asks for; names that begin with "wrong" are shown the certificate of somebody else. */
const certified = (name: string): string => (name.startsWith('wrong') ? 'somewhere.else.svc' : name);

/** Listens on loopback, with a certificate for whichever name it is asked by. */
export async function startBackend(): Promise<Backend> {
  const authority = await createAuthority('backend-ca', systemClock.now());
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextOf = (name: string): Promise<SecureContext> => {
    const known = contexts.get(name) ?? issue(authority, name);
    contexts.set(name, known);
    return known;
  };
  const clients = new Set<string>();
  const server = createServer(
    {
      requestCert: true,
      rejectUnauthorized: false,
      SNICallback: (name, done) => void contextOf(certified(name)).then((context) => done(null, context), done),
    },
    (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string };
      const { CN } = (socket.getPeerCertificate().subject ?? {}) as { CN?: string };
      if (CN) clients.add(CN);
      void answer(request, response, socket.servername ?? '');
    },
  );
  const port = await listen(server);
  const deadPort = await freePort();
  return {
    port,
    deadPort,
    caBundle: Buffer.from(authority.pair.certificate).toString('base64'),
    clients,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function issue(authority: Authority, name: string): Promise<SecureContext> {
  const request = { commonName: 'backend', hosts: [name], usages: ['server'] } as const;
  const { certificate: cert, key } = await authority.issue(request, systemClock.now());
  return createSecureContext({ cert, key });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createPlainServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
