import { Registry } from 'prom-client';
import { startTestServer, type TestServer } from './golden/server';

describe('The metrics of the API server', () => {
  let server: TestServer;
  const metrics = new Registry();
  const maps = '/api/v1/namespaces/default/configmaps';
  const labels =
    'verb="POST",group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver"';
  const plugins = 'apiserver_admission_controller_admission_duration_seconds_count';
  const steps = 'apiserver_admission_step_admission_duration_seconds_count';
  /** A series of which there were some. */
  const some = (series: string): string =>
    expect.stringMatching(new RegExp(`^${series.replace(/[{}]/g, '\\$&')} [1-9]\\d*$`)) as string;
  const lines = async (): Promise<string[]> => (await metrics.metrics()).split('\n');

  beforeAll(async () => {
    server = await startTestServer({ metrics });
    const post = (query: string) =>
      server.send({
        method: 'POST',
        path: maps + query,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name: 'm' } }),
      });
    await post('');
    await post('');
    await post('?dryRun=All');
    const get = (path: string) => server.send({ method: 'GET', path, headers: {} });
    for (const path of [`${maps}/m`, `${maps}/m/nonsense`, '/apis/none/v1/things', '/healthz', maps]) await get(path);
    await get(`${maps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dm`);
    await server.send({ method: 'DELETE', path: '/api/v1/namespaces/default', headers: {} });
    await server.send({ method: 'GET', path: maps, headers: { 'impersonate-user': 'nobody' } });
  }, 30_000);
  afterAll(() => server.close());

  it.each([
    ['what was created', `apiserver_request_total{${labels},dry_run="",code="201"} 1`],
    ['what was refused', `apiserver_request_total{${labels},dry_run="",code="409"} 1`],
    ['dry runs', `apiserver_request_total{${labels},dry_run="All",code="409"} 1`],
    ['their times', `apiserver_request_duration_seconds_count{${labels},dry_run=""} 2`],
    ['times that count, without dry runs', `apiserver_request_sli_duration_seconds_count{${labels}} 2`],
    [
      'sizes of lists, and those that may not be seen',
      `apiserver_response_sizes_count{${labels.replace('POST', 'LIST').replace('"resource",c', '"namespace",c')}} 2`,
    ],
    ['events of watches', 'apiserver_watch_events_total{group="",version="v1",resource="configmaps"} 1'],
    [
      'watches that are over',
      `apiserver_longrunning_requests{${labels.replace('POST', 'WATCH').replace('"resource",c', '"namespace",c')}} 0`,
    ],
    ['readers under way', 'apiserver_current_inflight_requests{request_kind="readOnly"} 0'],
    ['writes to the store', some('etcd_requests_total{operation="create",group="",resource="configmaps"}')],
    [
      'reads of the store',
      some('etcd_requests_total{operation="list",group="networking.k8s.io",resource="servicecidrs"}'),
    ],
    ['their times', some('etcd_request_duration_seconds_count{operation="get",group="",resource="namespaces"}')],
    [
      'what a plugin lets through',
      some(`${plugins}{name="LimitRanger",type="admit",operation="CREATE",rejected="false"}`),
    ],
    [
      'what one refuses',
      some(`${plugins}{name="NamespaceLifecycle",type="validate",operation="DELETE",rejected="true"}`),
    ],
    ['what all let through', some(`${steps}{type="validate",operation="CREATE",rejected="false"}`)],
    ['what they refuse', some(`${steps}{type="validate",operation="DELETE",rejected="true"}`)],
    ['who may not', 'authorization_attempts_total{result="denied"} 1'],
    ['who is known', expect.stringMatching(/^authentication_attempts\{result="success"\} \d+$/) as string],
  ])('count %s', async (_, line) => {
    expect(await lines()).toEqual(expect.arrayContaining([line]));
  });

  it('have no labels that clients make up', async () => {
    const text = (await lines()).join('\n');
    for (const name of ['nonsense', 'things', 'none']) expect(text).not.toContain(`"${name}"`);
  });

  it("have upstream's buckets", async () => {
    const bounds = (await lines()).flatMap((line) => {
      const match = /^apiserver_request_duration_seconds_bucket\{le="([^"]+)",verb="POST".*dry_run=""/.exec(line);
      return match?.[1] ?? [];
    });
    expect(bounds.join(' ')).toBe('0.005 0.025 0.05 0.1 0.2 0.4 0.6 0.8 1 1.25 1.5 2 3 4 5 6 8 10 15 20 30 45 60 +Inf');
  });
});
