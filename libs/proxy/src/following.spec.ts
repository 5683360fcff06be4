import { trace } from '@opentelemetry/api';
import { Informer } from '@skiff/client-runtime';
import { Kinds } from '@skiff/contracts';
import { silentLogger, systemClock } from '@skiff/platform';
import { startTestApi } from '@skiff/test-api';
import { Proxier } from './nftables/proxier';
import { runProxyLoop } from './proxy-loop';
import { endpoint, service, slice } from './testing/objects';
import { TestNetwork } from './testing/network';

let network: TestNetwork;

beforeAll(async () => {
  network = await TestNetwork.create(`storage-loop-${process.pid}`);
});

afterAll(async () => {
  await network.dispose();
});

it('a Service is reachable as soon as its endpoint is, and unreachable when it is deleted', async () => {
  const pod = await network.addPod('pod');
  await network.addPod('client');
  await network.serve('pod', 8080);
  const api = await startTestApi(systemClock);
  const { client } = api;
  const options = { clock: systemClock, logger: silentLogger };
  const services = new Informer(client, Kinds.Service, options);
  const slices = new Informer(client, Kinds.EndpointSlice, options);
  const stop = new AbortController();
  await Promise.all([services.start(stop.signal), slices.start(stop.signal)]);
  const synced: (() => void)[] = [];
  const nextSync = (): Promise<void> => new Promise((resolve) => synced.push(resolve));
  const proxier = new Proxier({ nodeName: 'node-1', run: network.in('node'), logger: silentLogger });
  const first = nextSync();
  const running = runProxyLoop(
    {
      services,
      slices,
      proxier,
      ...options,
      tracer: trace.getTracer('test'),
      minSyncMilliseconds: 1,
      synced: () => synced.shift()?.(),
    },
    stop.signal,
  );
  await first;
  const call = async (): Promise<string | undefined> =>
    (await network.call('client', { protocol: 'tcp', host: '10.96.0.70', port: 80 }))[0];

  const created = nextSync();
  await client.create(Kinds.Service, service('web', { clusterIP: '10.96.0.70', ports: [{ port: 80 }] }));
  await created;
  expect(await call()).toBe('ECONNREFUSED');

  const programmed = nextSync();
  const endpoints = slice('web', [{ name: '', port: 8080, protocol: 'TCP' }], [endpoint(pod)]);
  await client.create(Kinds.EndpointSlice, endpoints);
  await programmed;
  expect(await call()).toBe('pod 10.201.1.12');

  const deleted = nextSync();
  await client.delete(Kinds.EndpointSlice, { namespace: 'default', name: 'web-1' });
  await deleted;
  expect(await call()).toBe('ECONNREFUSED');
  stop.abort();
  await running;
  await proxier.cleanup();
  await api.stop();
});
