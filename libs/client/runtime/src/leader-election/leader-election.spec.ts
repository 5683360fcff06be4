import { Kinds, type coordinationv1 } from '@skiff/contracts';
import { serviceUnavailable } from '@skiff/apimachinery';
import { silentLogger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { FakeClock } from '@skiff/testing';
import { runLeaderElection } from './leader-election';

describe('leader election by Lease', () => {
  let clock: FakeClock;
  let api: TestApi;
  let client: TestClient;
  let leaders: Set<string>;
  const candidates: { stop: AbortController; ended: Promise<void> }[] = [];
  const lease = { namespace: 'kube-system', name: 'controller' };
  const change = async (spec: coordinationv1.LeaseSpec): Promise<void> => {
    const before = await client.get<coordinationv1.Lease>(Kinds.Lease, lease);
    await client.update(Kinds.Lease, { ...before, spec: { ...before.spec, ...spec } });
  };
  const current = (): coordinationv1.LeaseSpec | undefined =>
    client.peek<coordinationv1.Lease>(Kinds.Lease, 'kube-system/controller')?.spec;

  beforeEach(async () => {
    clock = new FakeClock();
    api = await startTestApi(clock);
    client = api.client;
    leaders = new Set();
  });
  afterEach(async () => {
    for (const { stop } of candidates) stop.abort(new Error('over'));
    await Promise.all(candidates.splice(0).map(({ ended }) => ended));
    await api.stop();
  });

  /** A candidate with a connection of its own, which may be cut or hang. */
  const run = (identity: string, through: TestClient = client): { stop: AbortController; ended: Promise<void> } => {
    const stop = new AbortController();
    const ended = runLeaderElection({
      client: through,
      lease,
      identity,
      clock,
      logger: silentLogger,
      signal: stop.signal,
      onStartedLeading: (signal) => {
        leaders.add(identity);
        // There is never more than one.
        expect([...leaders]).toEqual([identity]);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
      onStoppedLeading: () => leaders.delete(identity),
    });
    const candidate = { stop, ended };
    candidates.push(candidate);
    return candidate;
  };

  const cutOff = (fail: () => void): TestClient =>
    new Proxy(client, {
      get(target, name: keyof TestClient) {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...parameters: unknown[]) => {
          fail();
          return (method as (...rest: unknown[]) => unknown).apply(target, parameters);
        };
      },
    });

  it('has one leader, who renews', async () => {
    run('one');
    await clock.advance(0);
    run('two');
    await clock.advance(60_000);
    expect([...leaders]).toEqual(['one']);
    expect(current()).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(Date.parse(current()?.renewTime ?? '')).toBeGreaterThan(clock.now() - 3_000);
  });

  it('passes at once to another when the leader stops', async () => {
    const one = run('one');
    await clock.advance(0);
    run('two');
    await clock.advance(4_000);
    one.stop.abort(new Error('stopped'));
    await one.ended;
    expect(current()?.holderIdentity).toBe('');
    await clock.advance(2_000);
    expect([...leaders]).toEqual(['two']);
    expect(current()).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
  });

  /** A connection on which every update of the Lease goes through `update`. */
  const updating = (
    update: (send: () => Promise<unknown>, wanted: coordinationv1.Lease) => Promise<unknown>,
  ): TestClient =>
    new Proxy(client, {
      get(target, name: keyof TestClient) {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...parameters: unknown[]) => {
          const send = () => (method as (...rest: unknown[]) => Promise<unknown>).apply(target, parameters);
          return name === 'update' ? update(send, parameters[1] as coordinationv1.Lease) : send();
        };
      },
    });

  it('passes at once to another when the leader stops in the middle of a renewal that is carried out', async () => {
    let answers = true;
    const through = updating(async (send) => {
      const answer = await send();
      if (!answers) await new Promise(() => undefined);
      return answer;
    });
    const one = run('one', through);
    await clock.advance(0);
    answers = false;
    await clock.advance(2_000);
    answers = true;
    one.stop.abort(new Error('stopped'));
    await one.ended;
    expect(current()?.holderIdentity).toBe('');
  });

  it('gives the Lease up once more when a renewal comes in between', async () => {
    let renewals = 0;
    const through = updating(async (send, wanted) => {
      if (wanted.spec?.holderIdentity === '' && renewals++ === 0) await change({ leaseDurationSeconds: 16 });
      return send();
    });
    const one = run('one', through);
    await clock.advance(0);
    one.stop.abort(new Error('stopped'));
    await one.ended;
    expect(renewals).toBe(2);
    expect(current()?.holderIdentity).toBe('');
  });

  it('leaves the Lease alone when another holds it by then', async () => {
    const one = run('one');
    await clock.advance(0);
    await change({ holderIdentity: 'two' });
    one.stop.abort(new Error('stopped'));
    await one.ended;
    expect(current()?.holderIdentity).toBe('two');
  });

  it('passes on when the leader is cut off: it ends after its deadline, before another may begin', async () => {
    let cut = false;
    run(
      'one',
      cutOff(() => {
        if (cut) throw serviceUnavailable('no connection');
      }),
    );
    await clock.advance(0);
    run('two');
    await clock.advance(6_000);
    cut = true;
    await clock.advance(9_000);
    expect([...leaders]).toEqual(['one']);
    await clock.advance(3_000);
    expect([...leaders]).toEqual([]);
    await clock.advance(8_000);
    expect([...leaders]).toEqual(['two']);
  });

  it('leads again at once when the API server was away for all', async () => {
    let down = false;
    const cut = cutOff(() => {
      if (down) throw serviceUnavailable('no connection');
    });
    run('one', cut);
    await clock.advance(0);
    down = true;
    await clock.advance(30_000);
    expect([...leaders]).toEqual([]);
    down = false;
    await clock.advance(600);
    expect([...leaders]).toEqual(['one']);
  });

  it('ends in time even when calls hang rather than fail', async () => {
    let hangs = false;
    const through: TestClient = new Proxy(client, {
      get(target, name: keyof TestClient) {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...parameters: unknown[]) =>
          hangs ? new Promise(() => undefined) : (method as (...rest: unknown[]) => unknown).apply(target, parameters);
      },
    });
    run('one', through);
    await clock.advance(0);
    run('two');
    await clock.advance(6_000);
    hangs = true;
    await clock.advance(11_000);
    expect([...leaders]).toEqual([]);
    await clock.advance(9_000);
    expect([...leaders]).toEqual(['two']);
    hangs = false;
  });
});
