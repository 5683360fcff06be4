import { endpoint, service, slice } from '../testing/objects';
import { buildTable } from './build-table';
import { explainComment } from './explain';
import { fullScript, updateScript } from './script';
import { resolveServicePorts, type ServicePort } from './service-port';

const http = [{ name: '', port: 8080, protocol: 'TCP' }];

function resolve(count: number, endpoints: string[]): ServicePort[] {
  const services = Array.from({ length: count }, (_, index) =>
    service(`s${index}`, { clusterIP: `10.96.${index >> 8}.${index & 255}`, ports: [{ port: 80 }] }),
  );
  const slices = services.map((each) =>
    slice(
      each.metadata?.name ?? '',
      http,
      endpoints.map((address) => endpoint(address)),
    ),
  );
  return resolveServicePorts(services, slices, { nodeName: 'node-1' });
}

it('Services that the proxy does not route are left out', () => {
  const ports = [{ port: 80 }];
  const services = [
    service('headless', { clusterIP: 'None', ports }),
    service('name', { type: 'ExternalName', externalName: 'example.com', ports }),
    service('six', { clusterIP: 'fd00::1', ports }),
    {
      ...service('other', { clusterIP: '10.96.0.9', ports }),
      metadata: { name: 'other', labels: { 'service.kubernetes.io/service-proxy-name': 'x' } },
    },
  ];
  expect(resolveServicePorts(services, [], { nodeName: 'node-1' })).toEqual([]);
});

it('an endpoint that two slices list is used once', () => {
  const [port] = resolveServicePorts(
    [service('web', { clusterIP: '10.96.0.9', ports: [{ port: 80 }] })],
    [slice('web', http, [endpoint('10.0.0.1', { ready: false })]), slice('web', http, [endpoint('10.0.0.1')])],
    { nodeName: 'node-1' },
  );
  expect(port?.clusterEndpoints).toEqual([{ address: '10.0.0.1', port: 8080, isLocal: true }]);
});

it('the rules of a Service with one endpoint', () => {
  const script = fullScript(buildTable(resolve(1, ['10.0.0.1']), { clusterCIDR: '10.244.0.0/16' }));
  expect(script.split('\n').filter((line) => line.includes('default/s0'))).toEqual([
    'add chain ip skiff-proxy service-default/s0/tcp/',
    'add chain ip skiff-proxy endpoint-default/s0/tcp/__10.0.0.1/8080',
    'add rule ip skiff-proxy service-default/s0/tcp/ ip daddr 10.96.0.0 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade comment "default/s0"',
    'add rule ip skiff-proxy service-default/s0/tcp/ numgen random mod 1 vmap { 0 : goto endpoint-default/s0/tcp/__10.0.0.1/8080 } comment "default/s0"',
    'add rule ip skiff-proxy endpoint-default/s0/tcp/__10.0.0.1/8080 ip saddr 10.0.0.1 jump mark-for-masquerade comment "default/s0"',
    'add rule ip skiff-proxy endpoint-default/s0/tcp/__10.0.0.1/8080 meta l4proto tcp dnat to 10.0.0.1:8080 comment "default/s0"',
    'add element ip skiff-proxy service-ips { 10.96.0.0 . tcp . 80 comment "default/s0" : goto service-default/s0/tcp/ }',
    'add element ip skiff-proxy cluster-ips { 10.96.0.0 comment "default/s0" }',
  ]);
});

it('an update touches what changed alone, whatever the number of Services', () => {
  const before = buildTable(resolve(1000, ['10.0.0.1']));
  const changed = resolve(1000, ['10.0.0.1']).map((port) =>
    port.name === 's500'
      ? { ...port, clusterEndpoints: [...port.clusterEndpoints, { address: '10.0.0.2', port: 8080, isLocal: true }] }
      : port,
  );
  const { change, cleanup } = updateScript(before, buildTable(changed));
  expect(cleanup).toBe('');
  expect(change.trim().split('\n')).toHaveLength(5);
  expect(
    change
      .trim()
      .split('\n')
      .every((line) => line.includes('default/s500')),
  ).toBe(true);
  expect(updateScript(before, buildTable(resolve(1000, ['10.0.0.1'])))).toEqual({ change: '', cleanup: '' });
});

it('a comment names its Service', () => {
  expect(explainComment('default/web:http')).toEqual({ namespace: 'default', name: 'web', portName: 'http' });
  expect(explainComment('default/web')).toEqual({ namespace: 'default', name: 'web', portName: '' });
  expect(explainComment('anything')).toBeUndefined();
});
