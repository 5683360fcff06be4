// Uses the kind that the guide adds, on a server of its own, and prints each answer as a line of JSON.
import { startTestServer, type TestServer } from '../golden/server';

const group = '/apis/shop.example.com/v1';
const sandwiches = `${group}/namespaces/default/sandwiches`;
const lunch = `${sandwiches}/lunch`;
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const mergePatch = 'application/merge-patch+json';

async function trySandwiches({ send }: TestServer): Promise<void> {
  const call = async (name: string, method: string, path: string, body?: object, type = 'application/json') => {
    const headers = { accept: name === 'table' ? table : 'application/json', 'content-type': type };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const { status, body: text, warnings } = await send({ method, path, headers, ...content });
    // A watch has an object on each line.
    const objects = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { metadata?: { resourceVersion?: string } });
    process.stdout.write(`${JSON.stringify({ name, status, warnings, objects })}\n`);
    return objects[0]?.metadata?.resourceVersion ?? '';
  };
  const sandwich = (name: string, spec: object) => ({ metadata: { name }, spec, status: { bites: 9 } });

  const before = await call('none', 'GET', sandwiches);
  await call('created', 'POST', sandwiches, sandwich('lunch', { filling: 'cheese' }));
  await call('refused', 'POST', sandwiches, sandwich('bread', { slices: -1 }));
  await call('patched', 'PATCH', lunch, { spec: { slices: 3, orderedBy: 'me' } }, mergePatch);
  await call('immutable', 'PATCH', lunch, { spec: { filling: 'ham' } }, mergePatch);
  await call('eaten', 'PATCH', `${lunch}/status`, { spec: { slices: 4 }, status: { bites: 1 } }, mergePatch);
  await call('too few bites', 'PATCH', `${lunch}/status`, { status: { bites: -1 } }, mergePatch);
  await call('got', 'GET', lunch);
  await call('listed', 'GET', `${sandwiches}?fieldSelector=spec.filling%3Dcheese`);
  await call('selected', 'GET', `${sandwiches}?fieldSelector=spec.filling%3Dham`);
  await call('table', 'GET', sandwiches);
  await call('deleted', 'DELETE', lunch);
  await call('watched', 'GET', `${sandwiches}?watch=1&timeoutSeconds=1&resourceVersion=${before}`);
  await call('resources', 'GET', group);
  await call('openapi', 'GET', `/openapi/v3${group}`);
  await call('rights', 'GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:aggregate-to-edit');
}

async function main(): Promise<void> {
  const server = await startTestServer();
  try {
    await trySandwiches(server);
  } finally {
    await server.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
