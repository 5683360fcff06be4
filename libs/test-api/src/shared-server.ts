import { generateKeyPairSync } from 'node:crypto';
import { admissionPlugins } from '@skiff/admission-plugins';
import { createApiServer, type ApiServer } from '@skiff/api-server';
import { offTracer, seededRandom, silentLogger, type Clock, type Random } from '@skiff/platform';
import { builtInResources } from '@skiff/resources';
import type { Entry } from '@skiff/storage';
import { MemoryData, MemoryStore } from '@skiff/storage-memory';
import { drainEventLoop } from '@skiff/testing';
import { Registry } from 'prom-client';
import { StandingClock } from './standing-clock';
import { StoredObjects } from './stored-objects';

/** In so many rounds the server has done what follows from its store being rewound. */
const mostRounds = 20;

interface SharedParts {
  readonly data: MemoryData;
  readonly clock: StandingClock;
  /** Exchanged with the clock. */
  readonly chance: { random: Random };
}

/**
 * The real API server, on a store in memory and without a port, for one test after another: each finds what a new
 * cluster has. Starting one takes longer than most tests do.
 */
export class SharedServer {
  private constructor(
    readonly server: ApiServer,
    private readonly store: MemoryStore,
    private readonly parts: SharedParts,
    /** What a new cluster has, by its key. */
    private readonly first: Map<string, Entry>,
  ) {}

  /**
   * No controller makes service accounts, and no kubelet says that a node is ready, so the plugins that ask for these
   * are off.
   */
  static async start(time: Clock): Promise<SharedServer> {
    const data = new MemoryData();
    const clock = new StandingClock(time);
    const store = new MemoryStore({ data, clock, retention: false });
    const chance = { random: seededRandom(1) };
    const server = await createApiServer(
      {
        store,
        tls: { cert: '', key: '', clientCa: '' },
        serviceAccounts: { privateKey: generateKey(), issuer: 'https://kubernetes.default.svc' },
        serviceRange: '10.96.0.0/16',
        nodePortRange: '30000-32767',
        advertise: { address: '127.0.0.1', port: 6443 },
        admissionPlugins: admissionPlugins({ disable: ['ServiceAccount', 'TaintNodesByCondition'] }),
        clock,
        random: (purpose?: string) => chance.random(purpose),
        logger: silentLogger,
        tracer: offTracer,
        metrics: new Registry(),
      },
      new AbortController().signal,
    );
    // It goes on with its roles once it serves.
    for (let before = -1n; before !== data.revision; await drainEventLoop()) before = data.revision;
    const { entries } = await store.list({ prefix: '' });
    return new SharedServer(
      server,
      store,
      { data, clock, chance },
      new Map(entries.map((entry) => [entry.key, entry])),
    );
  }

  /** Goes by this clock from now on. What is stored, for the one who uses it now. */
  begin(time: Clock): StoredObjects {
    const { clock, chance, data } = this.parts;
    clock.time = time;
    chance.random = seededRandom(1);
    const stored = new StoredObjects(data);
    stored.serve(builtInResources);
    return stored;
  }

  /** Stores again what a new cluster has, and nothing else. Resolves when the server has come to rest. */
  async rewind(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      await drainEventLoop();
      if ((await this.restoreAll()) === 0) return;
    }
    throw new Error('the API server does not come to rest');
  }

  /** How many writes it took. */
  private async restoreAll(): Promise<number> {
    const { first, store } = this;
    const { entries } = await store.list({ prefix: '' });
    const present = new Map(entries.map((entry) => [entry.key, entry.revision]));
    const superfluous = entries.filter(({ key }) => !first.has(key));
    const missing = [...first.values()].filter(({ key, revision }) => present.get(key) !== revision);
    await Promise.all([
      ...superfluous.map(({ key, revision }) => store.delete(key, revision)),
      ...missing.map((entry) => this.restore(entry, present.get(entry.key))),
    ]);
    return superfluous.length + missing.length;
  }

  private async restore(entry: Entry, present: bigint | undefined): Promise<void> {
    const { key, value } = entry;
    const { store } = this;
    const { ok, revision } = await (present === undefined
      ? store.create(key, value)
      : store.update(key, value, present));
    if (ok) this.first.set(key, { ...entry, revision });
  }
}

function generateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
