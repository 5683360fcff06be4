import { Informer } from '@skiff/client-runtime';
import { Kinds } from '@skiff/contracts';
import { silentLogger, systemClock } from '@skiff/platform';
import { startTestApi } from '@skiff/test-api';
import { DnsServer, Forwarder, InformerDirectory, Resolver, serviceIndexers, sliceIndexers, Zone } from './index';
import { overUdp, query, read } from './testing/ask';

it('answers follow the objects of the cluster', async () => {
  const api = await startTestApi(systemClock);
  const { client } = api;
  const options = { clock: systemClock, logger: silentLogger };
  const services = new Informer(client, Kinds.Service, { ...options, indexers: serviceIndexers });
  const slices = new Informer(client, Kinds.EndpointSlice, { ...options, indexers: sliceIndexers });
  const namespaces = new Informer(client, Kinds.Namespace, options);
  const stop = new AbortController();
  await Promise.all([services.start(stop.signal), slices.start(stop.signal), namespaces.start(stop.signal)]);
  const resolver = new Resolver({
    zone: new Zone(new InformerDirectory(services, slices, namespaces), { domain: 'cluster.local' }),
    forwarder: new Forwarder({ upstreams: [] }),
    random: () => 0,
  });
  const server = await DnsServer.listen({ port: 0, resolver, clock: systemClock, logger: silentLogger });
  const ask = async (name: string, type: 'A' | 'PTR'): Promise<string[]> =>
    read(await overUdp(server.port, query(name, type))).answers;
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      let known = false;
      const end = slices.subscribe({ added: () => known && done(), updated: () => done(), deleted: () => done() });
      known = true;
      const done = (): void => {
        end();
        resolve();
      };
    });

  await client.create(Kinds.Namespace, { metadata: { name: 'shop' } });
  await client.create(Kinds.Service, {
    metadata: { name: 'db', namespace: 'shop' },
    spec: { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] },
  });
  const added = changed();
  await client.create(Kinds.EndpointSlice, {
    metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.244.1.8'], hostname: 'db-0', conditions: { ready: true } }],
  });
  await added;
  expect(await ask('db-0.db.shop.svc.cluster.local', 'A')).toEqual(['db-0.db.shop A 10.244.1.8']);
  expect(await ask('8.1.244.10.in-addr.arpa', 'PTR')).toEqual(['8.1.244.10.in-addr.arpa PTR db-0.db.shop']);
  expect(await ask('1-2-3-4.shop.pod.cluster.local', 'A')).toHaveLength(1);
  const deleted = changed();
  await client.delete(Kinds.EndpointSlice, { namespace: 'shop', name: 'db-1' });
  await deleted;
  expect(await ask('db-0.db.shop.svc.cluster.local', 'A')).toEqual([]);
  stop.abort();
  await server.close();
  await api.stop();
});
