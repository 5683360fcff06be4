import { createServer, type AddressInfo } from 'node:net';
import { silentLogger } from '@skiff/platform';
import { resolveServicePorts, type ServicePort } from '../rules/service-port';
import { endpoint, service, slice } from '../testing/objects';
import { HealthCheckServers } from './health-check-servers';

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function balanced(healthCheckNodePort: number, ...nodes: string[]): ServicePort[] {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'https', port: 443 },
  ];
  const web = service('web', {
    ...{ clusterIP: '10.96.0.50', type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort, ports },
  });
  const targets = ports.map(({ name, port }) => ({ name, port: port + 8000, protocol: 'TCP' }));
  const endpoints = nodes.map((node, index) => endpoint(`10.201.1.${11 + index}`, {}, node));
  return resolveServicePorts([web], [slice('web', targets, endpoints)], { nodeName: 'node-1' });
}

it('load balancers are told how many endpoints the node has, and to go elsewhere when it has none', async () => {
  const servers = new HealthCheckServers(silentLogger, '127.0.0.1');
  const port = await freePort();
  const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });

  await servers.sync(balanced(port, 'node-1', 'node-1', 'node-2'));
  const healthy = await ask();
  expect(healthy.status).toBe(200);
  expect(healthy.headers.get('x-load-balancing-endpoint-weight')).toBe('2');
  expect(await healthy.json()).toEqual({
    service: { namespace: 'default', name: 'web' },
    localEndpoints: 2,
    serviceProxyHealthy: true,
  });

  await servers.sync(balanced(port, 'node-2'));
  const unhealthy = await ask();
  expect(unhealthy.status).toBe(503);
  expect(await unhealthy.json()).toMatchObject({ localEndpoints: 0 });

  await servers.sync([]);
  await expect(ask()).rejects.toThrow();
});

it('a port that somebody else has is tried again with the next sync', async () => {
  const servers = new HealthCheckServers(silentLogger, '127.0.0.1');
  const other = createServer();
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port)),
  );
  await servers.sync(balanced(port, 'node-1'));
  await new Promise((resolve) => other.close(resolve));
  await servers.sync(balanced(port, 'node-1'));
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  await servers.close();
});
