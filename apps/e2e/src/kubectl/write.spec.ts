import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { appsv1, corev1 } from '@skiff/contracts';
import { eventually, execute } from '../support/execute';
import { kubectlSince } from '../support/kubectl';
import { busyboxDeployment, busyboxPod, Sandbox } from './support';

describe('changing with kubectl', () => {
  let sandbox: Sandbox;
  const kubectl = (...args: string[]): Promise<string> => sandbox.kubectl(...args);
  const deployment = (): Promise<appsv1.Deployment> =>
    sandbox.cluster.getJson<appsv1.Deployment>('-n', sandbox.namespace, 'deployment', 'web');

  beforeAll(async () => {
    sandbox = await Sandbox.create('kubectl-write');
  }, 120_000);
  afterAll(() => sandbox.remove(), 90_000);

  it('create, apply, replace, edit, label and annotate change an object', async () => {
    expect(await kubectl('create', 'configmap', 'settings', '--from-literal=colour=red')).toBe(
      'configmap/settings created\n',
    );
    const map = (data: Record<string, string>): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied' },
      data,
    });
    expect(await sandbox.apply(map({ a: '1', b: '2' }))).toBe('configmap/applied created\n');
    expect(await sandbox.apply(map({ a: '1', b: '2' }))).toBe('configmap/applied unchanged\n');
    expect(await sandbox.apply(map({ a: '3' }))).toBe('configmap/applied configured\n');
    expect(await kubectl('get', 'configmap', 'applied', '-o', 'jsonpath={.data}')).toBe('{"a":"3"}');
    expect(
      await sandbox.cluster.kubectlInput(
        JSON.stringify(map({ c: '4' })),
        '-n',
        sandbox.namespace,
        'replace',
        '-f',
        '-',
      ),
    ).toBe('configmap/applied replaced\n');
    await execute('kubectl', ['-n', sandbox.namespace, 'edit', 'configmap', 'applied'], {
      env: { KUBECONFIG: sandbox.cluster.kubeconfig, EDITOR: 'sed -i \'s/c: "4"/c: "5"/\'' },
    });
    expect(await kubectl('get', 'configmap', 'applied', '-o', 'jsonpath={.data.c}')).toBe('5');
    expect(await kubectl('label', 'configmap', 'applied', 'tier=front')).toBe('configmap/applied labeled\n');
    expect(await kubectl('annotate', 'configmap', 'applied', 'note=x')).toBe('configmap/applied annotated\n');
    await expect(kubectl('create', 'configmap', 'settings')).rejects.toThrow('configmaps "settings" already exists');
  });

  it('patch of every type changes what it names', async () => {
    await sandbox.apply(busyboxDeployment('web', 2, { A: '1' }));
    await kubectl(
      'patch',
      'deployment',
      'web',
      '-p',
      JSON.stringify({
        spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] } } },
      }),
    );
    expect((await deployment()).spec?.template?.spec?.containers?.[0]?.env?.map(({ name }) => name).sort()).toEqual([
      'A',
      'B',
    ]);
    await kubectl('patch', 'deployment', 'web', '--type=merge', '-p', '{"metadata":{"labels":{"merged":"yes"}}}');
    await kubectl(
      'patch',
      'deployment',
      'web',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/replicas","value":1}]',
    );
    expect(await deployment()).toMatchObject({ metadata: { labels: { merged: 'yes' } }, spec: { replicas: 1 } });
  });

  it('validates what is applied and says which field is unknown', async () => {
    const wrong = { ...busyboxPod('wrong'), spec: { containerz: [] } };
    await expect(sandbox.apply(wrong)).rejects.toThrow(
      kubectlSince(27) ? 'strict decoding error: unknown field "spec.containerz"' : 'unknown field "containerz"',
    );
  });

  it('rollout status, history, undo, restart, pause and resume', async () => {
    await kubectl('scale', 'deployment', 'web', '--replicas=2');
    expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s')).toContain(
      'deployment "web" successfully rolled out',
    );
    await kubectl('set', 'env', 'deployment/web', 'A=9');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const history = await kubectl('rollout', 'history', 'deployment/web');
    expect(history).toMatch(/REVISION +CHANGE-CAUSE\n/);
    expect(history.trim().split('\n').length).toBeGreaterThanOrEqual(4);
    expect(await kubectl('rollout', 'undo', 'deployment/web')).toBe('deployment.apps/web rolled back\n');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    expect(
      (await deployment()).spec?.template?.spec?.containers?.[0]?.env?.find(({ name }) => name === 'A')?.value,
    ).toBe('1');
    const before = await kubectl('get', 'pods', '-l', 'app=web', '-o', 'name');
    expect(await kubectl('rollout', 'restart', 'deployment/web')).toBe('deployment.apps/web restarted\n');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    await eventually(async () => expect(await kubectl('get', 'pods', '-l', 'app=web', '-o', 'name')).not.toBe(before));
    expect(await kubectl('rollout', 'pause', 'deployment/web')).toBe('deployment.apps/web paused\n');
    await kubectl('set', 'image', 'deployment/web', 'main=docker.io/library/busybox:latest');
    await eventually(async () => {
      const condition = (await deployment()).status?.conditions?.find(({ type }) => type === 'Progressing');
      expect(condition?.reason).toBe('DeploymentPaused');
    });
    expect(await kubectl('rollout', 'resume', 'deployment/web')).toBe('deployment.apps/web resumed\n');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  }, 240_000);

  it('run, logs -f, exec, cp and attach reach a container', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skiff-cp-'));
    try {
      await kubectl(
        'run',
        'tool',
        '--image=docker.io/library/busybox:1.29',
        '--overrides={"spec":{"terminationGracePeriodSeconds":1}}',
        '--command',
        '--',
        'sh',
        '-c',
        'trap "exit 0" TERM; for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i; sleep 0.2; done; while true; do sleep 0.2; done',
      );
      await kubectl('wait', '--for=condition=Ready', 'pod/tool', '--timeout=60s');
      const follow = sandbox.cluster.spawnKubectl('-n', sandbox.namespace, 'logs', '-f', 'tool');
      let lines = '';
      follow.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString()));
      await eventually(() => expect(lines).toMatch(/line 1\n[\s\S]*line 10\n/));
      follow.kill();
      expect(await kubectl('logs', 'tool', '--tail=1')).toBe('line 10\n');
      expect(await kubectl('exec', 'tool', '--', 'sh', '-c', 'echo out; echo err >&2')).toBe('out\n');
      await expect(kubectl('exec', 'tool', '--', 'sh', '-c', 'exit 7')).rejects.toThrow(/exit code 7/);
      expect(
        await sandbox.cluster.kubectlInput('typed\n', '-n', sandbox.namespace, 'exec', '-i', 'tool', '--', 'cat'),
      ).toBe('typed\n');
      const terminal = await execute(
        'script',
        ['-qec', `kubectl -n ${sandbox.namespace} exec -it tool -- sh -c 'test -t 0 && echo a terminal'`, '/dev/null'],
        { env: { KUBECONFIG: sandbox.cluster.kubeconfig } },
      );
      expect(terminal.stdout).toContain('a terminal');
      writeFileSync(join(folder, 'sent'), 'x'.repeat(100_000));
      await kubectl('cp', join(folder, 'sent'), 'tool:/tmp/sent');
      await kubectl('cp', 'tool:/tmp/sent', join(folder, 'back'));
      expect(readFileSync(join(folder, 'back'), 'utf8')).toBe('x'.repeat(100_000));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 150_000);

  it('wait and delete see an object go', async () => {
    await sandbox.apply(busyboxPod('short'));
    await kubectl('wait', '--for=condition=Ready', 'pod/short', '--timeout=60s');
    expect(await kubectl('delete', 'pod', 'short', '--timeout=60s')).toMatch(/^pod "short" deleted/);

    await sandbox.apply({ ...busyboxPod('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    await kubectl('delete', 'pod', 'held', '--wait=false');
    const waiting = sandbox.cluster.spawnKubectl('-v=6', '-n', sandbox.namespace, 'wait', '--for=delete', 'pod/held');
    const ended = once(waiting, 'exit');
    let requests = '';
    waiting.stderr?.on('data', (chunk: Buffer) => (requests += chunk.toString()));
    await eventually(() => expect(requests).toContain('watch=true'));
    await kubectl('patch', 'pod', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    expect(await ended).toEqual([0, null]);
  }, 120_000);

  it('cordon, drain and uncordon move pods from a node', async () => {
    await sandbox.apply(busyboxDeployment('moved', 2));
    await kubectl('rollout', 'status', 'deployment/moved', '--timeout=60s');
    const node = 'e2e-node-2';
    try {
      expect(await kubectl('cordon', node)).toBe(`node/${node} cordoned\n`);
      expect(await kubectl('get', 'node', node)).toMatch(/Ready,SchedulingDisabled/);
      expect(
        await kubectl('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=90s'),
      ).toMatch(new RegExp(`node/${node} (drained|evicted)\n`));
      await eventually(async () => {
        const pods = await sandbox.cluster.getJson<corev1.PodList>('-n', sandbox.namespace, 'pods', '-l', 'app=moved');
        expect(pods.items?.map((pod) => [pod.spec?.nodeName, pod.status?.phase])).toEqual([
          ['e2e-node-1', 'Running'],
          ['e2e-node-1', 'Running'],
        ]);
      }, 60_000);
    } finally {
      expect(await kubectl('uncordon', node)).toBe(`node/${node} uncordoned\n`);
    }
  }, 180_000);
});
