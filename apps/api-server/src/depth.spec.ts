import { startTestServer, type TestServer } from './golden/server';

jest.setTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const path = '/api/v1/namespaces/default/configmaps';
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

async function patch(type: string, body: string): Promise<{ status: number; message: string }> {
  const headers = { 'Content-Type': `application/${type}+json` };
  const { status, body: answer } = await server.send({ method: 'PATCH', path: `${path}/deep`, headers, body });
  return { status, message: (JSON.parse(answer) as { message?: string }).message ?? '' };
}

describe('A patch that is deeper than anybody can bear', () => {
  beforeAll(async () => {
    const body = JSON.stringify({ metadata: { name: 'deep' } });
    await server.send({ method: 'POST', path, headers: { 'Content-Type': 'application/json' }, body });
  });

  it.each(['merge-patch', 'strategic-merge-patch'])('is refused: %s', async (type) => {
    const { status, message } = await patch(type, nested(9_900));
    expect([status, message]).toEqual([400, expect.stringContaining("invalid character '{' exceeded max depth")]);
    expect((await patch(type, nested(900))).status).toBe(200);
  });

  it('is refused when copies made it so', async () => {
    const deepest = Array.from({ length: 900 }, () => '/a').join('');
    const operations = [
      `{"op":"add","path":"/a","value":${nested(900)}}`,
      ...[1, 2, 3, 4, 5, 6].map(
        (doubled) => `{"op":"copy","from":"/a","path":"${deepest.repeat(2 ** (doubled - 1))}/a"}`,
      ),
    ];
    expect((await patch('json-patch', `[${operations.join()}]`)).status).toBeLessThan(500);
  });
});
