import { Agent, request } from 'node:https';
import type { ApiServerOptions } from '@skiff/api-server';
import { startTestServer, type TestServer } from '../golden/server';

const lists = 60;
const objects = 120;
const reads = 20;

/** What it took one tenant to read while another listed without end. */
interface Read {
  /** How many lists of the other were answered while it waited, on average. */
  readonly meanwhile: number;
  readonly rejected: number;
}

describe('A tenant that floods the server', () => {
  const flooded = async (flowControl: ApiServerOptions['flowControl']): Promise<Read> => {
    const server = await startTestServer({ flowControl });
    const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
    const ask = (path: string, user: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const { ca, cert, key } = server.tls;
        const headers = { 'impersonate-user': user };
        const asked = { host: '127.0.0.1', port: server.port, agent, path, headers, ca, cert, key };
        const call = request(asked, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', reject);
        });
        call.on('error', reject);
        call.end();
      });
    await prepare(server);
    let answered = 0;
    let rejected = 0;
    let isOver = false;
    const flood = Array.from({ length: lists }, async () => {
      while (!isOver) {
        const code = await ask('/api/v1/namespaces/default/configmaps', 'flood');
        if (code === 200) answered += 1;
        else if (code === 429) rejected += 1;
        else throw new Error(`the flood is answered ${code}`);
      }
    });
    while (answered < 2 * lists) expect(await ask('/api/v1/namespaces/default/configmaps/m-0', 'other')).toBe(200);
    let meanwhile = 0;
    for (let read = 0; read < reads; read += 1) {
      const before = answered;
      expect(await ask('/api/v1/namespaces/default/configmaps/m-0', 'other')).toBe(200);
      meanwhile += answered - before;
    }
    isOver = true;
    await Promise.all(flood);
    agent.destroy();
    await server.close();
    return { meanwhile: meanwhile / reads, rejected };
  };

  it('is served a few requests while others wait for theirs, and without limits nearly all of its own', async () => {
    const free = await flooded(undefined);
    const fair = await flooded({ maxRequestsInFlight: 100, maxMutatingRequestsInFlight: 50 });
    console.log(
      `lists answered during a read of another: ${free.meanwhile} without flow control, ${fair.meanwhile} with it`,
    );
    expect(free.rejected).toBe(0);
    expect(free.meanwhile).toBeGreaterThan(lists / 3);
    expect(fair.meanwhile).toBeLessThan(free.meanwhile / 2);
  }, 120_000);
});

async function prepare(server: TestServer): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const post = async (path: string, object: object): Promise<void> => {
    const { status } = await server.send({ method: 'POST', path, headers, body: JSON.stringify(object) });
    expect(status).toBe(201);
  };
  await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'tenants' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: ['flood', 'other'].map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })),
  });
  const data = { text: 'x'.repeat(500) };
  for (let index = 0; index < objects; index += 1)
    await post('/api/v1/namespaces/default/configmaps', { metadata: { name: `m-${index}` }, data });
}
