import { serviceUnavailable, type ApiObject } from '@skiff/apimachinery';
import type { ServedResource } from '@skiff/client';
import { Kinds, resourceKey, type ResourceId } from '@skiff/contracts';
import { silentLogger, type Logger } from '@skiff/platform';
import { FakeClient, FakeClock } from '@skiff/testing';
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
  let client: FakeClient;
  let stop: AbortController;
  let cache: DiscoveryCache;
  let told: string[];
  let warnings: unknown[];

  beforeEach(() => {
    clock = new FakeClock();
    client = new FakeClient(clock);
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
  afterEach(() => stop.abort(new Error('over')));

  it('tells of what is served, once', async () => {
    client.discovery.serve(widgets('v1'));
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
    client.discovery.serve(widgets('v1'));
    await clock.advance(29_000);
    expect(told).toEqual([]);
    await clock.advance(1_000);
    expect(told).toEqual(['added example.com/v1/widgets']);
    client.discovery.withdraw(widgets('v1'));
    await clock.advance(30_000);
    expect(told).toEqual(['added example.com/v1/widgets', 'removed example.com/v1/widgets']);
    expect(cache.find('example.com/v1', 'Widget')).toBeUndefined();
  });

  it('knows every version of a resource, and tells of the one that its group prefers', async () => {
    client.discovery.serve(widgets('v2'));
    client.discovery.serve(widgets('v1'));
    await cache.start(stop.signal);
    expect(told).toEqual(['added example.com/v2/widgets']);
    expect(cache.find('example.com/v1', 'Widget')?.resource.version).toBe('v1');
    client.discovery.withdraw(widgets('v2'));
    await clock.advance(30_000);
    expect(told.slice(1)).toEqual(['removed example.com/v2/widgets', 'added example.com/v1/widgets']);
  });

  it('keeps what it knows of a group that cannot be asked, says so once, and goes on with the others', async () => {
    client.discovery.serve(widgets('v2'));
    client.discovery.serve(widgets('v1'));
    await cache.start(stop.signal);
    client.discovery.fail('example.com/v2', 'stale GroupVersion discovery: example.com/v2');
    client.discovery.serve({ ...widgets('v1'), kind: 'Gadget', plural: 'gadgets' });
    await clock.advance(90_000);
    expect(told).toEqual(['added example.com/v2/widgets', 'added example.com/v1/gadgets']);
    expect(warnings).toEqual([{ failures: 'stale GroupVersion discovery: example.com/v2' }]);
    client.discovery.withdraw(widgets('v2'));
    client.discovery.recover('example.com/v2');
    await clock.advance(30_000);
    expect(told.slice(2)).toEqual(['removed example.com/v2/widgets', 'added example.com/v1/widgets']);
  });

  it('asks again after a failure, and loses nothing by it', async () => {
    client.discovery.serve(widgets('v1'));
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
