import { Kinds, type corev1 } from '@skiff/contracts';
import { serviceUnavailable } from '@skiff/apimachinery';
import { silentLogger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { FakeClock, pod } from '@skiff/testing';
import { EventRecorder } from './event-recorder';

describe('an event recorder', () => {
  let clock: FakeClock;
  let api: TestApi;
  let client: TestClient;
  let recorder: EventRecorder;
  const web = { ...pod('web'), metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' } };
  const events = (): corev1.Event[] => client.peekAll<corev1.Event>(Kinds.Event);

  beforeEach(async () => {
    clock = new FakeClock('2026-01-01T00:00:00Z');
    api = await startTestApi(clock);
    client = api.client;
    recorder = new EventRecorder(client, { component: 'kubelet', host: 'node-1', clock, logger: silentLogger });
  });
  afterEach(() => api.stop());

  it('writes an event as upstream does', async () => {
    recorder.event(web, 'Normal', 'Pulled', 'Image is present', { fieldPath: 'spec.containers{main}' });
    await recorder.flush();
    expect(events()[0]).toMatchObject({
      metadata: { namespace: 'default', name: `web.${(BigInt(clock.now()) * 1_000_000n).toString(16)}` },
      involvedObject: {
        kind: 'Pod',
        apiVersion: 'v1',
        namespace: 'default',
        name: 'web',
        uid: 'u1',
        resourceVersion: '7',
        fieldPath: 'spec.containers{main}',
      },
      type: 'Normal',
      reason: 'Pulled',
      message: 'Image is present',
      source: { component: 'kubelet', host: 'node-1' },
      reportingComponent: 'kubelet',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
    });
  });

  it('counts an event that repeats', async () => {
    recorder.event(web, 'Warning', 'BackOff', 'Back-off restarting');
    await recorder.flush();
    await clock.advance(5_000);
    recorder.event(web, 'Warning', 'BackOff', 'Back-off restarting');
    await recorder.flush();
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({
      count: 2,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:05Z',
    });
  });

  it('begins anew when the event that it counted is gone', async () => {
    recorder.event(web, 'Normal', 'A', 'a');
    await recorder.flush();
    await client.delete(Kinds.Event, { namespace: 'default', name: events()[0]?.metadata?.name ?? '' });
    recorder.event(web, 'Normal', 'A', 'a');
    await recorder.flush();
    expect(events()).toMatchObject([{ count: 1 }]);
  });

  it('combines many events that differ in their message alone', async () => {
    for (let number = 1; number <= 12; number += 1) recorder.event(web, 'Warning', 'Failed', `attempt ${number}`);
    await recorder.flush();
    expect(events()).toHaveLength(10);
    expect(events().at(-1)).toMatchObject({ message: '(combined from similar events): attempt 12', count: 3 });
  });

  it('lets a burst through for each object, and then one every five minutes', async () => {
    const other = { ...web, metadata: { ...web.metadata, name: 'other', uid: 'u2' } };
    const send = (object: typeof web, times: number): void => {
      for (let time = 0; time < times; time += 1) recorder.event(object, 'Normal', 'A', 'a');
    };
    send(web, 40);
    send(other, 1);
    await recorder.flush();
    expect(events().map(({ count }) => count)).toEqual([25, 1]);
    await clock.advance(300_000);
    send(web, 5);
    await recorder.flush();
    expect(events()[0]?.count).toBe(26);
  });

  it('keeps an event while the API server cannot be reached', async () => {
    let down = true;
    client.intercept = () => {
      if (down) throw serviceUnavailable('no connection');
    };
    recorder.event(web, 'Normal', 'A', 'a');
    await clock.advance(15_000);
    expect(events()).toEqual([]);
    down = false;
    await clock.advance(10_000);
    await recorder.flush();
    expect(events()).toHaveLength(1);
  });
});
