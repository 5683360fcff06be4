import { systemClock } from '@skiff/platform';
import { resolveServicePorts } from './rules/service-port';
import { Registry } from 'prom-client';
import { ProxyMetrics } from './metrics';

it('syncs are counted and timed under the names of upstream', async () => {
  const registry = new Registry();
  const metrics = new ProxyMetrics(registry, systemClock);
  expect(metrics.hasSynced).toBe(false);
  const web = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.1', internalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
  };
  const slice = {
    metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: ['10.244.1.2'], nodeName: 'elsewhere' }],
  };
  const ports = resolveServicePorts([web], [slice], { nodeName: 'here' });
  metrics.synced({ table: 'incremental', added: [], ports }, 30);
  metrics.failed();
  const text = await registry.metrics();
  expect(metrics.hasSynced).toBe(true);
  for (const line of [
    'kubeproxy_sync_proxy_rules_total{result="incremental"} 1',
    'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.032"} 1',
    'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.016"} 0',
    'kubeproxy_sync_proxy_rules_nftables_sync_failures_total 1',
    'kubeproxy_sync_proxy_rules_no_local_endpoints_total{traffic_policy="internal"} 1',
    'kubeproxy_sync_proxy_rules_no_local_endpoints_total{traffic_policy="external"} 0',
  ])
    expect(text).toContain(line);
});
