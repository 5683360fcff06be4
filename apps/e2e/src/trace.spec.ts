import { Sandbox, busyboxDeployment } from './kubectl/support';
import { eventually } from './support/execute';

/** A span as `skiff trace --output json` prints it. */
interface SpanNode {
  readonly service: string;
  readonly name: string;
  readonly relation: string;
  readonly durationMicros?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly SpanNode[];
}

interface Tree {
  readonly roots: readonly SpanNode[];
}

/** A span with all that it came from, the root first. */
type Chain = readonly SpanNode[];

function* chains(node: SpanNode, before: Chain = []): Generator<Chain> {
  const chain = [...before, node];
  yield chain;
  for (const child of node.children ?? []) yield* chains(child, chain);
}

/** A span in words, such as "kubelet/e2e-1: cri RunPodSandbox". */
const words = ({ service, name, attributes = {} }: SpanNode): string =>
  [
    `${service}:`,
    name,
    attributes['k8s.request.verb'],
    attributes['k8s.request.subresource'],
    attributes['k8s.object.kind'],
    attributes['k8s.object.name'],
    attributes['k8s.container.name'],
  ]
    .filter(Boolean)
    .join(' ');

/** Whether these steps lie on a chain in this order, the last one being its end. */
function leadsOver(chain: Chain, steps: readonly RegExp[]): boolean {
  const last = chain.at(-1);
  if (!last || !steps.at(-1)?.test(words(last))) return false;
  let next = 0;
  for (const span of chain) if (steps[next]?.test(words(span))) next += 1;
  return next === steps.length;
}

/** Whether the end of a chain is a detail of what stands directly before it, to which these steps lead. */
function isDetailOf(chain: Chain, steps: readonly RegExp[], detail: RegExp): boolean {
  const last = chain.at(-1);
  return last !== undefined && detail.test(words(last)) && leadsOver(chain.slice(0, -1), steps);
}

describe('the trace of a rollout', () => {
  let sandbox: Sandbox;
  const skiff = (...args: string[]): ReturnType<Sandbox['cluster']['skiff']> =>
    sandbox.cluster.skiff('trace', ...args, '-n', 'trace', '--name', sandbox.cluster.name);

  beforeAll(async () => {
    sandbox = await Sandbox.create('trace');
    await sandbox.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'traced' },
      spec: { selector: { app: 'traced' }, ports: [{ port: 80, targetPort: 'http' }] },
    });
    await sandbox.apply(busyboxDeployment('traced', 2));
    await sandbox.kubectl('rollout', 'status', 'deployment/traced', '--timeout=60s');
  }, 120_000);
  afterAll(() => sandbox.remove(), 90_000);

  const request = /^api-server: POST \/apis\/apps\/v1\/namespaces\/trace\/deployments/;
  const toDeployment = [request, /^api-server: api request create Deployment traced$/];
  const toReplicaSet = [
    ...toDeployment,
    /^controller-manager: reconcile deployment-controller Deployment traced$/,
    /^api-server: api request create ReplicaSet traced-/,
  ];
  const toPod = [
    ...toReplicaSet,
    /^controller-manager: reconcile replicaset-controller ReplicaSet traced-/,
    /^api-server: api request create Pod traced-/,
  ];
  const toBinding = [...toPod, /^scheduler: schedule pod Pod traced-/, /^api-server: api request binding Pod traced-/];
  const toKubelet = [...toBinding, /^kubelet\/\S+: kubelet sync pod Pod traced-/];
  const toStatus = [...toKubelet, /^api-server: api request patch status Pod traced-/];
  const toSlice = [
    ...toStatus,
    /^controller-manager: reconcile endpointslice-controller Service traced$/,
    /^api-server: api request (create|update) EndpointSlice traced-/,
  ];
  const toProxy = [...toSlice, /^proxy\/\S+: proxy sync Service traced$/];

  it('leads from the request of kubectl over every hop to each container and to each endpoint on every node', async () => {
    await eventually(async () => {
      const { stdout } = await skiff('deployment/traced', '--output', 'json');
      const all = (JSON.parse(stdout) as Tree).roots.flatMap((root) => [...chains(root)]);
      const last = (chain: Chain): Chain => chain.slice(-1);
      const ends = (steps: RegExp[]): Chain => all.filter((chain) => leadsOver(chain, steps)).flatMap(last);
      const details = (steps: RegExp[], detail: RegExp): Chain =>
        all.filter((chain) => isDetailOf(chain, steps, detail)).flatMap(last);
      expect(details(toDeployment, /admission mutating/)).toHaveLength(1);
      expect(details(toDeployment, /admission validating/)).toHaveLength(1);
      expect(details(toDeployment, /storage txn create/)).toHaveLength(1);
      expect(ends(toReplicaSet)).toHaveLength(1);
      expect(details(toPod, /storage txn create/)).toHaveLength(2);
      expect(details(toBinding, /storage txn update/)).toHaveLength(2);
      expect(details(toKubelet, /cri RunPodSandbox/)).toHaveLength(2);
      const toContainer = [...toKubelet, /start container Pod traced-\S+ main$/];
      expect(ends(toContainer)).toHaveLength(2);
      expect(details(toContainer, /cri CreateContainer/)).toHaveLength(2);
      expect(details(toContainer, /cri StartContainer/)).toHaveLength(2);
      expect(details(toContainer, /probe readiness/)).toHaveLength(2);
      expect(ends(toStatus).length).toBeGreaterThanOrEqual(2);
      // Each of the two pods is programmed by the proxies of both nodes.
      const programmed = details(toProxy, /endpoint programmed/);
      const pairs = programmed.map(({ service, attributes }) => `${service} ${attributes?.['skiff.endpoint.pod']}`);
      expect(new Set(pairs).size).toBe(4);
      expect(new Set(programmed.map(({ service }) => service)).size).toBe(2);
      for (const span of programmed) expect(span.durationMicros).toBeGreaterThan(0);
    });
  }, 60_000);

  it('is printed as a tree with durations, and of a pod alone', async () => {
    const { stdout } = await skiff('deployments/traced', '--all');
    expect(stdout.split('\n')[0]).toMatch(
      /^ *\+0 µs +[\d.]+ m?s +api-server +POST \/apis\/apps\/v1\/namespaces\/trace/,
    );
    expect(stdout).toMatch(/ms +proxy\/\S+ .*endpoint programmed 10\.244\.\d+\.\d+:8080\/tcp trace\/traced-/);
    const [pod, other] = (await sandbox.kubectl('get', 'pods', '-l', 'app=traced', '-o', 'name')).trim().split('\n');
    const ofPod = (await skiff(pod ?? '', '--all')).stdout;
    expect(ofPod).toMatch(/start container main/);
    expect(ofPod).not.toContain(`create Pod trace/${other?.slice('pod/'.length)}`);
  }, 60_000);

  it('is told in few lines with times of day, and of an earlier change', async () => {
    const story = (await skiff('deployment/traced')).stdout.trim().split('\n');
    expect(story[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +[\d.]+ m?s +api-server +create Deployment traced/);
    expect(story.join('\n')).toMatch(/start container main/);
    expect(story.length).toBeLessThan(60);
    await sandbox.kubectl('label', 'deployment/traced', 'changed=yes');
    await eventually(async () => {
      const changes = (await skiff('deployment/traced', '--changes')).stdout.trim().split('\n');
      expect(changes[1]).toMatch(/^1 +\d\d:\d\d:\d\d\.\d{3} +\d+ +patch Deployment traced/);
      const first = changes.find((line) => line.endsWith('create Deployment traced'))?.split(' ')[0] ?? '';
      const earlier = (await skiff('deployment/traced', '--change', first)).stdout.split('\n')[0];
      expect(earlier).toMatch(/create Deployment traced$/);
    });
    await expect(skiff('deployment/traced', '--change', '99')).rejects.toThrow(/exit code 1\nskiff: \d changes of/);
  }, 60_000);

  it('is refused in words for what names no object, and for one that nothing is known of', async () => {
    const refusals: [string, RegExp][] = [
      ['a/b/c', /exit code 2\nskiff: "a\/b\/c" names no object: write kind and name, as in deployment\/web\n$/],
      ['web', /exit code 2\nskiff: "web" names no object/],
      ['nonsense/web', /exit code 2\nskiff: there is no kind "nonsense"/],
      ['pod/absent', /exit code 1\nskiff: nothing is known of what caused Pod "absent" in namespace "trace"/],
    ];
    for (const [object, text] of refusals) await expect(skiff(object)).rejects.toThrow(text);
  }, 60_000);
});
