import { skiffapiv1 } from '@skiff/contracts';
import { startApiServer, type BenchServer } from './support/api-server';
import { print, quantile } from './support/figure';
import { h2Load, type H2Request } from './support/h2-load';
import { deliveries } from './support/watch-load';

const seconds = Number(process.argv[2] ?? '3');
const rounds = 3;
const namespace = 'load';
const pods = { version: 'v1', resource: 'pods', namespace };
const listed = 500;

const spec = {
  containers: [
    { name: 'c', image: 'registry.k8s.io/pause:3.9', resources: { requests: { cpu: '10m', memory: '16Mi' } } },
  ],
};

function rest(method: string, path: string, code: number, body?: object): H2Request {
  return {
    headers: { ':method': method, ':path': path, accept: 'application/json', 'content-type': 'application/json' },
    ...(body ? { body: Buffer.from(JSON.stringify(body)) } : {}),
    check: (headers) => {
      if (headers[':status'] !== code) throw new Error(`${method} ${path}: status ${String(headers[':status'])}`);
    },
  };
}

function grpc(method: string, message: Uint8Array): H2Request {
  const body = Buffer.alloc(5 + message.length);
  body.writeUInt32BE(message.length, 1);
  body.set(message, 5);
  const path = `/skiff.api.v1.ResourceService/${method}`;
  return {
    headers: { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    body,
    check: (headers) => {
      if (headers['grpc-status'] !== '0') throw new Error(`${method}: ${String(headers['grpc-message'])}`);
    },
  };
}

/** The same work over both, in turn, so that the machine's moods are those of both. */
async function compare(server: BenchServer, work: string, overRest: H2Request, overGrpc: H2Request): Promise<void> {
  const figures: { rest: number[]; grpc: number[] } = { rest: [], grpc: [] };
  for (let round = 0; round < rounds; round += 1) {
    figures.rest.push(await h2Load(server, overRest, seconds));
    figures.grpc.push(await h2Load(server, overGrpc, seconds));
  }
  tell(work, 'requests/s', figures.rest, figures.grpc);
}

function tell(work: string, unit: string, rest: number[], overGrpc: number[]): void {
  const median = (values: number[]): number =>
    Math.round(
      quantile(
        values.toSorted((a, b) => a - b),
        0.5,
      ),
    );
  const [one, other] = [median(rest), median(overGrpc)];
  print({ section: 'grpc', work: `${work}, REST`, value: one, unit });
  print({
    section: 'grpc',
    work: `${work}, gRPC`,
    value: other,
    unit,
    ratioToRest: Math.round((other / one) * 100) / 100,
  });
}

async function main(): Promise<void> {
  const server = await startApiServer({ store: 'embedded' });
  try {
    await server.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await server.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    const collection = `/api/v1/namespaces/${namespace}/pods`;
    for (let index = 0; index < listed; index += 1)
      await server.call('POST', collection, { metadata: { name: `s-${index}` }, spec });
    const get = skiffapiv1.GetRequest.encode({ resource: { ...pods, name: 's-7' } }).finish();
    await compare(server, 'get a pod', rest('GET', `${collection}/s-7`, 200), grpc('Get', get));
    const list = skiffapiv1.ListRequest.encode({ resource: pods, options: { limit: listed } }).finish();
    await compare(server, 'list 500 pods', rest('GET', `${collection}?limit=${listed}`, 200), grpc('List', list));
    const object = { metadata: { generateName: 'p-' }, spec };
    const create = skiffapiv1.CreateRequest.encode({ resource: pods, object: { coreV1Pod: object } }).finish();
    await compare(server, 'create a pod', rest('POST', collection, 201, object), grpc('Create', create));
    const watched = { rest: [] as number[], grpc: [] as number[] };
    for (let round = 0; round < rounds; round += 1)
      for (const protocol of ['rest', 'grpc'] as const)
        watched[protocol].push(await deliveries(server, protocol, namespace));
    tell('events of 50 watchers', 'events/s', watched.rest, watched.grpc);
  } finally {
    await server.stop();
  }
}

void main();
