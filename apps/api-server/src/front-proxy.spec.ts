import { Agent, request } from 'node:https';
import { createAuthority, type Authority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';
import { startTestServer, type TestServer } from './golden/server';

describe('A front proxy', () => {
  let server: TestServer;
  let authority: Authority;
  const agents: Agent[] = [];

  beforeAll(async () => {
    authority = await createAuthority('front-proxy', systemClock.now());
    server = await startTestServer({
      requestHeader: {
        clientCa: authority.pair.certificate,
        allowedNames: ['proxy'],
        usernameHeaders: ['X-Remote-User'],
        uidHeaders: ['X-Remote-Uid'],
        groupHeaders: ['X-Remote-Group'],
        extraHeaderPrefixes: ['X-Remote-Extra-'],
      },
    });
  });
  afterAll(async () => {
    for (const agent of agents) agent.destroy();
    await server.close();
  });

  /** Asks who it is, with a certificate of the front proxy's CA. */
  async function whoAmI(commonName: string, headers: Record<string, string | string[]>, organizations: string[] = []) {
    const asked = { commonName, organizations, usages: ['client'] } as const;
    const { certificate: cert, key } = await authority.issue(asked, systemClock.now());
    return ask(new Agent({ ca: server.tls.ca, cert, key }), headers);
  }

  function ask(agent: Agent, headers: Record<string, string | string[]>): Promise<{ status: number; user: unknown }> {
    agents.push(agent);
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
    return new Promise((resolve, reject) => {
      const sent = request(
        { port: server.port, agent, method: 'POST', path, headers: { ...headers, 'content-type': 'application/json' } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const answer = JSON.parse(Buffer.concat(chunks).toString()) as { status?: { userInfo?: unknown } };
            resolve({ status: response.statusCode ?? 0, user: answer.status?.userInfo });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  it('says for whom it asks', async () => {
    const headers = {
      'X-Remote-User': 'jane',
      'X-Remote-Uid': '7',
      'X-Remote-Group': ['one', 'two'],
      'X-Remote-Extra-A%2Fb': 'c',
    };
    expect(await whoAmI('proxy', headers)).toEqual({
      status: 201,
      user: { username: 'jane', uid: '7', groups: ['one', 'two', 'system:authenticated'], extra: { 'a/b': ['c'] } },
    });
  });

  it('has to be one of those that may', async () => {
    expect(await whoAmI('somebody', { 'X-Remote-User': 'jane' })).toMatchObject({ status: 401 });
  });

  it('is nobody itself, whatever its certificate says', async () => {
    expect(await whoAmI('proxy', {}, ['system:masters'])).toMatchObject({ status: 401 });
  });

  it('is no user of the cluster: what that says in headers is not believed', async () => {
    const { ca, cert, key } = server.tls;
    const answer = await ask(new Agent({ ca, cert, key }), { 'X-Remote-User': 'jane' });
    expect(answer).toMatchObject({ status: 201, user: { username: 'admin' } });
  });
});
