import { serviceUnavailable, type ApiObject } from '@skiff/apimachinery';
import type { ServedResource } from '@skiff/client';
import { Kinds, resourceKey, type ResourceId } from '@skiff/contracts';
import { silentLogger, type Logger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { FakeClock, widgetKind, widgetResource } from '@skiff/testing';
import { DiscoveryCache } from './discovery-cache';

const widgets = (version: string): ResourceId<ApiObject> => ({
  group: 'example.com',
  version,
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
});

describe('The cache of discovery', () => {
  let clock: FakeClock;
  let api: TestApi;
  let client: TestClient;
  let stop: AbortController;
  let cache: DiscoveryCache;
  let told: string[];
  let warnings: unknown[];

  /** Serves widgets, or what else they are called, until it is told to end. */
  const serve = (version: string, plural = 'widgets'): (() => void) => {
    const resource = widgetResource(widgetKind(version, 'example.com', plural));
    return api.install({ ...resource, storagePrefix: `/registry/example.com/${plural}/${version}/` });
  };

  beforeEach(async () => {
    clock = new FakeClock();
    api = await startTestApi(clock);
    client = api.client;
    stop = new AbortController();
    told = [];
    warnings = [];
    const logger: Logger = { ...silentLogger, warn: (_message, fields) => void warnings.push(fields) };
    cache = new DiscoveryCache(client, { clock, logger });
    const tell =
      (what: string) =>
      ({ resource }: ServedResource): void => {
        if (resource.group === 'example.com') told.push(`${what} ${resourceKey(resource)}`);
      };
    cache.subscribe({ added: tell('added'), removed: tell('removed') });
  });
  afterEach(async () => {
    stop.abort(new Error('over'));
    await api.stop();
  });

  it('tells of what is served, once', async () => {
    serve('v1');
    await cache.start(stop.signal);
    await clock.advance(300_000);
    expect(told).toEqual(['added example.com/v1/widgets']);
    expect(cache.find('example.com/v1', 'Widget')?.resource).toEqual(widgets('v1'));
    expect(cache.find('v1', 'Pod')?.resource).toBe(Kinds.Pod);
    expect(cache.find('v1', 'Widget')).toBeUndefined();
    const late: string[] = [];
    const leave = cache.subscribe({ added: ({ resource }) => late.push(resource.kind) });
    expect(late).toEqual(expect.arrayContaining(['Pod', 'Widget']));
    leave();
  });

  it('notices within half a minute what appears and what vanishes', async () => {
    await cache.start(stop.signal);
    const withdraw = serve('v1');
    await clock.advance(29_000);
    expect(told).toEqual([]);
    await clock.advance(1_000);
    expect(told).toEqual(['added example.com/v1/widgets']);
    withdraw();
    await clock.advance(30_000);
    expect(told).toEqual(['added example.com/v1/widgets', 'removed example.com/v1/widgets']);
    expect(cache.find('example.com/v1', 'Widget')).toBeUndefined();
  });

  it('knows every version of a resource, and tells of the one that its group prefers', async () => {
    const withdraw = serve('v2');
    serve('v1');
    await cache.start(stop.signal);
    expect(told).toEqual(['added example.com/v2/widgets']);
    expect(cache.find('example.com/v1', 'Widget')?.resource.version).toBe('v1');
    withdraw();
    await clock.advance(30_000);
    expect(told.slice(1)).toEqual(['removed example.com/v2/widgets', 'added example.com/v1/widgets']);
  });

  it('keeps what it knows of a group that cannot be asked, says so once, and goes on with the others', async () => {
    const withdraw = serve('v2');
    serve('v1');
    await cache.start(stop.signal);
    client.failDiscovery('example.com/v2', 'stale GroupVersion discovery: example.com/v2');
    serve('v1', 'gadgets');
    await clock.advance(90_000);
    expect(told).toEqual(['added example.com/v2/widgets', 'added example.com/v1/gadgets']);
    expect(warnings).toEqual([{ failures: 'stale GroupVersion discovery: example.com/v2' }]);
    withdraw();
    client.failDiscovery('example.com/v2', undefined);
    await clock.advance(30_000);
    expect(told.slice(2)).toEqual(['removed example.com/v2/widgets', 'added example.com/v1/widgets']);
  });

  it('asks again after a failure, and loses nothing by it', async () => {
    serve('v1');
    const discover = jest.spyOn(client, 'discover').mockRejectedValueOnce(serviceUnavailable('not yet'));
    const started = cache.start(stop.signal);
    await clock.advance(1_000);
    await started;
    expect(told).toEqual(['added example.com/v1/widgets']);
    discover.mockResolvedValueOnce({ resources: [], failures: new Map() });
    await clock.advance(31_000);
    expect(told).toEqual(['added example.com/v1/widgets']);
    expect(warnings).toHaveLength(2);
  });
});
