import { Sandbox, busyboxPod } from './kubectl/support';
import { eventually } from './support/execute';

describe('skiff explain', () => {
  let sandbox: Sandbox;
  const explain = async (pod: string): Promise<string> =>
    (await sandbox.cluster.skiff('explain', pod, '-n', 'explain', '--name', sandbox.cluster.name)).stdout;

  beforeAll(async () => {
    sandbox = await Sandbox.create('explain');
    await sandbox.apply(busyboxPod('placed'), busyboxPod('picky', { nodeSelector: { disk: 'tape' } }));
    await sandbox.kubectl('wait', 'pod/placed', '--for=condition=PodScheduled', '--timeout=30s');
  }, 120_000);
  afterAll(() => sandbox.remove(), 90_000);

  it('prints the scores of the nodes that fit, the chosen one first', async () => {
    const text = await explain('pod/placed');
    const node = await sandbox.kubectl('get', 'pod', 'placed', '-o', 'jsonpath={.spec.nodeName}');
    const lines = text.trim().split('\n');
    expect(lines[0]).toBe(`Successfully assigned explain/placed to ${node}`);
    expect(lines[3]).toMatch(/^NODE +VERDICT +SCORE +WHY$/);
    expect(text).toMatch(new RegExp(`^${node} +chosen +\\d+ +.*NodeResourcesFit \\d+`, 'm'));
    expect(text).toMatch(/^\S+ +fits +\d+ /m);
  }, 30_000);

  it('prints which plugin refused each node to a pod that is pending', async () => {
    await eventually(async () => {
      const text = await explain('pods/picky');
      expect(text).toContain("explain/picky is pending: 0/2 nodes are available: 2 node(s) didn't match");
      expect(text.match(/refused +NodeAffinity: node\(s\) didn't match Pod's node affinity\/selector/g)).toHaveLength(
        2,
      );
    });
  }, 30_000);

  it('says in words what it cannot explain', async () => {
    await expect(explain('pod/absent')).rejects.toThrow(
      /exit code 1\nskiff: the scheduler remembers no decision about pod "absent" in namespace "explain"/,
    );
    await expect(explain('deployment/web')).rejects.toThrow(
      /exit code 2\nskiff: only decisions about pods can be explained/,
    );
  }, 30_000);
});
