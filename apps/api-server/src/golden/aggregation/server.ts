import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { aggregator } from '@skiff/aggregator';
import type { ApiServerOptions } from '@skiff/api-server';
import { createAuthority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';
import type { Call } from '../replay';
import { startTestServer, type TestServer } from '../server';

/** Where the backend is said to be: endpoints may not be on loopback. */
export const backendAddress = '192.0.2.10';

/** The API server, to which the backend on loopback is at its address. */
export async function startAggregatingServer(): Promise<TestServer> {
  const authority = await createAuthority('front-proxy', systemClock.now());
  const request = { commonName: 'front-proxy-client', usages: ['client'] } as const;
  const { certificate: cert, key } = await authority.issue(request, systemClock.now());
  const aggregation: ApiServerOptions['aggregation'] = (parts) =>
    aggregator({ proxyClient: { cert, key } })({
      ...parts,
      resolveService: async (service) => {
        const endpoint = await parts.resolveService(service);
        const port = endpoint.host.startsWith(`${backendAddress}:`) && Number(endpoint.host.split(':')[1]);
        return port ? { ...endpoint, open: async () => connect(port, '127.0.0.1') } : endpoint;
      },
    });
  const server = await startTestServer({ aggregation });
  return {
    ...server,
    // What the recorded client said and understood.
    async send(call: Call) {
      const headers = { accept: 'application/json', 'accept-encoding': 'gzip', ...lowerCase(call.headers) };
      const answer = await server.send({ ...call, headers });
      if (answer.headers['content-encoding']?.[0] !== 'gzip') return answer;
      const bytes = gunzipSync(answer.bytes);
      return { ...answer, bytes, body: bytes.toString('utf8') };
    },
  };
}

const lowerCase = (headers: Call['headers']): Call['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name === 'Authorization' ? name : name.toLowerCase(), value]),
  );
