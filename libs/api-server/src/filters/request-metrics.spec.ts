import { Registry } from 'prom-client';
import { readRequestInfo } from '../request/request-info';
import { RequestMetrics } from './request-metrics';

const podInfo = (method: string) => {
  const info = readRequestInfo(method, '/api/v1/namespaces/default/pods/web', new URLSearchParams());
  return info.resourceRequest ? info : undefined;
};

/** The verbs that requests of these methods are counted under. */
async function verbsOf(methods: readonly string[], aboutPods: boolean): Promise<(string | number | undefined)[]> {
  const registry = new Registry();
  const metrics = new RequestMetrics(registry, ({ subresource }) => subresource === 'exec' || subresource === 'log');
  for (const method of methods) {
    const info = aboutPods ? podInfo(method) : undefined;
    metrics.observe({ method, info, code: 405, dryRun: false, bytes: undefined, seconds: 0 });
  }
  const total = await registry.getSingleMetric('apiserver_request_total')?.get();
  return total?.values.map(({ labels }) => labels['verb']) ?? [];
}

describe('The verb of a counted request', () => {
  it.each([true, false])('is other for methods that clients invent (about a resource: %s)', async (aboutPods) => {
    const invented = Array.from({ length: 1_000 }, (_, index) => `INVENTED${index}`);
    expect(await verbsOf(invented, aboutPods)).toEqual(['other']);
  });

  it('has the name of the method where there is one', async () => {
    expect(await verbsOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], true)).toEqual([
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
    ]);
    expect(await verbsOf(['HEAD', 'OPTIONS', 'GET'], false)).toEqual(['other', 'GET']);
  });
});
