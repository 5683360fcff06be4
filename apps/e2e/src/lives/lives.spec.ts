import type { appsv1, corev1 } from '@skiff/contracts';
import { AdminApi } from '../support/admin-api';
import { eventually } from '../support/execute';
import { TestCluster } from '../support/cluster';
import { provideImage } from '../support/images';
import { differences, pending } from './differences';
import { expectedLife, observedObjects } from './expected';
import { isObject, readLives, type Json, type JsonObject, type Life, type LifeEvent } from './life';
import { mask, type Masked } from './mask';

/** Lives run side by side, since each spends most of its time waiting. */
const concurrency = 4;
const limitMilliseconds = 30_000;

const lives = readLives();
const inScope = lives.filter((life) => !pending.has(life.case));
/** Where the kinds of the record are, and events. */
const resources = {
  'api/v1': ['pods', 'services', 'endpoints', 'serviceaccounts', 'configmaps', 'events'],
  'apis/apps/v1': ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
  'apis/batch/v1': ['jobs'],
  'apis/discovery.k8s.io/v1': ['endpointslices'],
};

describe('the recorded lives', () => {
  const results = new Map<string, Promise<{ expected: Masked; observed: Masked }>>();
  let cluster: TestCluster;
  let api: AdminApi;
  let agreeing = 0;

  beforeAll(async () => {
    // The record is of a cluster with one node, which messages of the scheduler count.
    cluster = await TestCluster.start({ name: 'lives', nodes: 1 });
    api = new AdminApi(cluster);
    await provideImage(cluster, 'busybox');
    const waiting = [...inScope.entries()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, life] = next;
        const run = live(life, `life-${index + 1}`);
        results.set(life.case, run);
        await run.catch(() => 'the test of this life fails with the error');
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }, 900_000);

  afterAll(async () => {
    api.close();
    await cluster.stop();
    process.stdout.write(
      `lives: ${agreeing} of ${lives.length} agree, ${pending.size} are pending, ${differences.length} reviewed differences of 1.35\n`,
    );
  });

  it.each(inScope.map((life) => life.case))('%s', async (name) => {
    const result = await results.get(name);
    expect(result?.observed).toEqual(result?.expected);
    agreeing++;
  });

  /** Lives one life and returns its state as soon as it agrees with the record, or when time is up. */
  async function live(life: Life, namespace: string): Promise<{ expected: Masked; observed: Masked }> {
    const wanted = expectedLife(life);
    const expected = mask(wanted.objects, wanted.events, '$NS');
    await cluster.kubectl('create', 'namespace', namespace);
    let observed: Masked = { objects: {}, events: [] };
    try {
      await eventually(() => cluster.kubectl('-n', namespace, 'get', 'serviceaccount', 'default'));
      for (const [index, object] of life.apply.entries()) {
        if (index > 0) await eventually(() => settled(namespace));
        const applied = JSON.parse(JSON.stringify(object).replaceAll('$NS', namespace)) as JsonObject;
        await cluster.kubectlInput(JSON.stringify(applied), '-n', namespace, 'apply', '-f', '-');
      }
      await eventually(async () => {
        observed = await observe(namespace, Object.keys(wanted.objects));
        expect(observed).toEqual(expected);
      }, limitMilliseconds).catch(() => 'the test shows the difference');
    } finally {
      await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
    }
    return { expected, observed };
  }

  const list = <T extends object>(namespace: string, version: string, plural: string): Promise<T[]> =>
    api.list<T>(`/${version}/namespaces/${namespace}/${plural}`);

  /** Between two applies: the first has been acted on wholly. */
  async function settled(namespace: string): Promise<void> {
    for (const { status } of await list<corev1.Pod>(namespace, 'api/v1', 'pods')) expect(status?.phase).toBe('Running');
    for (const { spec, status } of await list<appsv1.Deployment>(namespace, 'apis/apps/v1', 'deployments'))
      expect(status?.availableReplicas).toBe(spec?.replicas);
  }

  /** Some states last for a second or two only, so this has to be quick. */
  async function observe(namespace: string, keys: readonly string[]): Promise<Masked> {
    const kindsOfRecord = new Set(keys.map((key) => key.split('/')[0]));
    const lists = await Promise.all(
      Object.entries(resources).flatMap(([version, plurals]) =>
        plurals.map((plural) => list<JsonObject>(namespace, version, plural)),
      ),
    );
    const items = lists.flat();
    const objects: { [key: string]: JsonObject } = {};
    for (const item of items) {
      const kind = String(item['kind']);
      if (kindsOfRecord.has(kind)) objects[`${kind}/${nameOf(item)}`] = item;
    }
    const events = items.filter((item) => item['kind'] === 'Event');
    return mask(observedObjects(objects), events.map(toEvent), namespace);
  }
});

const nameOf = (object: JsonObject): string => (isObject(object['metadata']) ? String(object['metadata']['name']) : '');
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function toEvent(event: JsonObject): LifeEvent {
  const about = isObject(event['involvedObject']) ? event['involvedObject'] : {};
  const source = isObject(event['source']) ? text(event['source']['component']) : '';
  const fieldPath = text(about['fieldPath']);
  return {
    type: text(event['type']),
    reason: text(event['reason']),
    message: text(event['message']),
    source: source || text(event['reportingComponent']),
    about: `${text(about['kind'])}/${text(about['name'])}`,
    ...(fieldPath ? { fieldPath } : {}),
  };
}
