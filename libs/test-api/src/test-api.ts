import type { Resource } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { LocalClient, type LocalClientOptions } from '@skiff/client-local';
import type { Clock } from '@skiff/platform';
import { Requests } from './requests';
import { SharedServer } from './shared-server';
import { TestClient } from './test-client';

export interface TestApi {
  /** May do everything. */
  readonly client: TestClient;
  /** A client that acts as this user, and may do what they may. */
  clientOf(user: LocalClientOptions['user']): Client;
  /** Serves a resource besides those that are built in, until it is told to end. */
  install(resource: Resource): () => void;
  /** Ends what was begun by it, and lets go of everything that was made. */
  stop(): Promise<void>;
}

/** Servers that no test uses. */
const idle: SharedServer[] = [];

/**
 * The real API server, with what a new cluster has in its store. It tells the time by this clock; its own upkeep stands
 * still. Whoever stops it leaves the server to the next test, which sees nothing of what was done to it before.
 */
export async function startTestApi(clock: Clock): Promise<TestApi> {
  const shared = idle.pop() ?? (await SharedServer.start(clock));
  const stored = shared.begin(clock);
  const requests = new Requests(shared.server);
  const lifetime = new AbortController();
  const clientOf: TestApi['clientOf'] = (user) => new LocalClient({ server: requests, user, userAgent: 'test' });
  return {
    client: new TestClient(clientOf({ name: 'admin', groups: ['system:masters'] }), stored),
    clientOf,
    install(resource) {
      const served = new AbortController();
      stored.serve([resource]);
      shared.server.install([resource], AbortSignal.any([lifetime.signal, served.signal]));
      return () => served.abort(new Error('served no longer'));
    },
    async stop() {
      await requests.end();
      lifetime.abort(new Error('the test is over'));
      await shared.rewind();
      idle.push(shared);
    },
  };
}
