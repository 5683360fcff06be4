import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GrpcClient } from '@skiff/client-grpc';
import { Kinds, type authenticationv1, type corev1, type discoveryv1 } from '@skiff/contracts';
import type { StatusError } from '@skiff/apimachinery';
import { channelCredentials } from '@skiff/platform';
import { TestCluster } from '../support/cluster';
import { eventually } from '../support/execute';
import { Twin } from './twin';

describe('two API servers on one etcd', () => {
  let cluster: TestCluster;
  let twin: Twin;
  let twinAddress: string;
  let firstAddress: string;
  let one: GrpcClient;
  let two: GrpcClient;
  const namespace = 'default';

  const connect = (address: string, token?: string): GrpcClient => {
    const pki = (name: string): string => join(cluster.root, 'pki', name);
    const files = {
      caFile: pki('ca.crt'),
      ...(token ? {} : { certFile: pki('admin.crt'), keyFile: pki('admin.key') }),
    };
    return new GrpcClient({
      target: address,
      credentials: channelCredentials(files),
      userAgent: 'test',
      ...(token ? { token: () => token } : {}),
    });
  };
  const endpoints = async (): Promise<string[]> => {
    const slice = await one.get<discoveryv1.EndpointSlice>(Kinds.EndpointSlice, { namespace, name: 'kubernetes' });
    const old = await one.get<corev1.Endpoints>(Kinds.Endpoints, { namespace, name: 'kubernetes' });
    const addresses = (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
    expect(old.subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(addresses);
    return addresses;
  };

  beforeAll(async () => {
    cluster = await TestCluster.start({ name: 'twins', store: 'etcd', nodes: 1 });
    const { gateway, bridge } = JSON.parse(readFileSync(join(cluster.root, 'cluster.json'), 'utf8')) as {
      gateway: string;
      bridge: string;
    };
    const { apiPort } = cluster;
    const second = gateway.replace(/\.1$/, '.2');
    // It goes with the bridge.
    execFileSync('ip', ['address', 'add', `${second}/24`, 'dev', bridge]);
    firstAddress = gateway;
    twinAddress = second;
    twin = Twin.start(cluster, 'api-server', { 'bind-address': second, 'advertise-address': second });
    one = connect(`${gateway}:${apiPort}`);
    two = connect(`${second}:${apiPort}`);
    await eventually(async () => void (await two.list(Kinds.Namespace)));
  }, 90_000);
  afterAll(async () => {
    one.close();
    two.close();
    await twin.end('SIGKILL');
    await cluster.stop();
  }, 60_000);

  it('are both where the Service of the API leads', async () => {
    expect(await endpoints()).toEqual([firstAddress, twinAddress]);
  });

  it('show on each what was written on the other, in one order', async () => {
    const writes = 40;
    const stop = new AbortController();
    const follow = async (client: GrpcClient): Promise<string[]> => {
      const seen: string[] = [];
      const { metadata } = await client.list<corev1.ConfigMap>(Kinds.ConfigMap, { namespace });
      const options = { namespace, resourceVersion: metadata.resourceVersion ?? '', signal: stop.signal };
      const events = client.watch<corev1.ConfigMap>(Kinds.ConfigMap, options);
      for await (const event of events) {
        if (event.type !== 'BOOKMARK') seen.push(`${event.resourceVersion} ${event.object.metadata?.name}`);
        if (seen.length === writes) break;
      }
      return seen;
    };
    const following = Promise.all([follow(one), follow(two)]);
    await Promise.all([one.list(Kinds.ConfigMap), two.list(Kinds.ConfigMap)]);
    for (let index = 0; index < writes; index += 1) {
      const [writer, reader] = index % 2 === 0 ? [one, two] : [two, one];
      const name = `ordered-${index}`;
      const made = await writer.create<corev1.ConfigMap>(Kinds.ConfigMap, { metadata: { namespace, name } });
      // Every read is as new as the last write, wherever it was made.
      const read = await reader.get<corev1.ConfigMap>(Kinds.ConfigMap, { namespace, name });
      expect(read.metadata?.resourceVersion).toBe(made.metadata?.resourceVersion);
    }
    const [onOne, onTwo] = await following;
    stop.abort();
    expect(onOne).toEqual(onTwo);
  }, 30_000);

  it('never hand out the same address or port', async () => {
    const create = (client: GrpcClient, name: string, spec: corev1.ServiceSpec): Promise<corev1.Service> =>
      client.create<corev1.Service>(Kinds.Service, { metadata: { namespace, name }, spec });
    const spec = { type: 'NodePort', ports: [{ port: 80 }] };
    const made = await Promise.all(
      Array.from({ length: 120 }, (_, index) => create(index % 2 ? one : two, `service-${index}`, spec)),
    );
    expect(new Set(made.map((service) => service.spec?.clusterIP)).size).toBe(120);
    expect(new Set(made.map((service) => service.spec?.ports?.[0]?.nodePort)).size).toBe(120);
    const taken = made[0]?.spec?.clusterIP ?? '';
    const wish = { clusterIP: taken, ports: [{ port: 80 }] };
    await expect(create(one, 'wish', wish)).rejects.toThrow('provided IP is already allocated');
    await expect(create(two, 'wish', wish)).rejects.toThrow('provided IP is already allocated');
    const both = await Promise.allSettled(
      [one, two].map((client) =>
        create(client, `race-${randomBytes(3).toString('hex')}`, {
          ports: [{ port: 80, nodePort: 31_999 }],
          type: 'NodePort',
        }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }, 30_000);

  it('let one writer win when both change an object', async () => {
    const name = 'contended';
    const made = await one.create<corev1.ConfigMap>(Kinds.ConfigMap, { metadata: { namespace, name }, data: {} });
    const results = await Promise.allSettled(
      [one, two].map((client, index) =>
        client.update<corev1.ConfigMap>(Kinds.ConfigMap, { ...made, data: { by: String(index) } }),
      ),
    );
    const lost = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => (reason as StatusError).reason);
    expect(lost).toEqual(['Conflict']);
  });

  it('accept the tokens that the other one gave', async () => {
    const request = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
    const answer = await cluster.kubectlInput(request, 'create', '--raw', path, '-f', '-');
    const { status } = JSON.parse(answer) as authenticationv1.TokenRequest;
    const asAccount = connect(`${twinAddress}:${cluster.apiPort}`, status?.token);
    await expect(asAccount.list(Kinds.Secret, { namespace })).rejects.toThrow(
      'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets"',
    );
    asAccount.close();
  });

  it('take out one that dies, and one that is asked to go takes itself out', async () => {
    expect(await twin.end('SIGKILL')).toBe('SIGKILL');
    await eventually(async () => expect(await endpoints()).toEqual([firstAddress]), 40_000);
    twin = Twin.start(cluster, 'api-server', { 'bind-address': twinAddress, 'advertise-address': twinAddress });
    await eventually(async () => expect(await endpoints()).toEqual([firstAddress, twinAddress]));
    expect(await twin.end('SIGTERM')).toBe(0);
    expect(await endpoints()).toEqual([firstAddress]);
  }, 90_000);
});
