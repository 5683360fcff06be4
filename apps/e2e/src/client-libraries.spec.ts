import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials, loadPackageDefinition, type GrpcObject, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { repositoryPath, TestCluster } from './support/cluster';
import { eventually } from './support/execute';

/** What a client that knows proto/ alone makes of a message. */
type Message = { [field: string]: unknown };

interface ResourceService {
  create(request: Message, done: (error: ServiceError | null, response: Message) => void): void;
  delete(request: Message, done: (error: ServiceError | null, response: Message) => void): void;
  watch(request: Message): NodeJS.ReadableStream & { cancel(): void };
  close(): void;
}

describe('a gRPC client that knows proto/ alone', () => {
  const cluster = TestCluster.shared();
  const resource = { group: 'apps', version: 'v1', resource: 'deployments', namespace: 'default' };
  let service: ResourceService;

  beforeAll(() => {
    const files = loadSync('skiff/api/v1/resource_service.proto', {
      includeDirs: [repositoryPath('proto')],
      keepCase: true,
      enums: String,
    });
    const packages = loadPackageDefinition(files) as unknown as { skiff: { api: { v1: GrpcObject } } };
    const Client = packages.skiff.api.v1['ResourceService'] as unknown as new (
      target: string,
      channel: ReturnType<typeof credentials.createSsl>,
    ) => ResourceService;
    const { apiPort } = cluster;
    const pem = (name: string): Buffer => readFileSync(join(cluster.root, 'pki', name));
    service = new Client(
      `localhost:${apiPort}`,
      credentials.createSsl(pem('ca.crt'), pem('admin.key'), pem('admin.crt')),
    );
  });
  afterAll(() => service.close());

  it('creates, watches and deletes a Deployment with typed messages', async () => {
    const seen: Message[] = [];
    const watch = service.watch({ resource });
    watch.on('data', (event: Message) => seen.push(event));
    watch.on('error', () => 'cancelled at the end');
    const labels = { app: 'typed' };
    const deployment = {
      metadata: { name: 'typed' },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image: 'docker.io/library/busybox:1.29' }] },
        },
      },
    };
    const created = await call((done) =>
      service.create({ resource, object: { apps_v1_deployment: deployment } }, done),
    );
    expect(created).toMatchObject({
      object: { apps_v1_deployment: { metadata: { name: 'typed', namespace: 'default' } } },
    });
    await eventually(() => expect(seen).toContainEqual(expect.objectContaining({ type: 'EVENT_TYPE_ADDED' })));
    await call((done) => service.delete({ resource: { ...resource, name: 'typed' } }, done));
    await eventually(() => expect(seen).toContainEqual(expect.objectContaining({ type: 'EVENT_TYPE_DELETED' })));
    watch.cancel();
    const missing = call((done) => service.delete({ resource: { ...resource, name: 'typed' } }, done));
    await expect(missing).rejects.toThrow('5 NOT_FOUND');
  });
});

function call(start: (done: (error: ServiceError | null, response: Message) => void) => void): Promise<Message> {
  return new Promise((resolve, reject) => start((error, response) => (error ? reject(error) : resolve(response))));
}
