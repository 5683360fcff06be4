import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { repositoryPath, TestCluster } from '../support/cluster';
import { eventually } from '../support/execute';
import { buildImage } from '../support/images';
import { Lan, type Machine } from './lan';

const name = 'lan';

/** Follows docs/guides/add-a-node.md with two machines. */
describe('nodes on other machines', () => {
  let lan: Lan;
  let cluster: TestCluster;
  let folder: string;
  const machines: Machine[] = [];
  const workers = ['worker-1', 'worker-2'];

  const node = async (worker: string): Promise<corev1.Node> => cluster.getJson<corev1.Node>('node', worker);
  const isReady = async (worker: string, status: string): Promise<void> => {
    const ready = (await node(worker)).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready?.status).toBe(status);
  };
  /** What `skiff node-certificates` said is to be typed on the other machine. */
  let command = '';
  const start = (machine: Machine, worker: string): void => {
    const [skiff, node, ...flags] = command
      .replace('<the copy>', '/mnt/pki')
      .replace(/worker-\d/, worker)
      .split(' ');
    expect([skiff, node]).toEqual(['skiff', 'node']);
    machine.startNode(...flags);
  };
  const pod = (image: string, on: string, command: string, label: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: label, labels: { app: label } },
    spec: {
      nodeSelector: { 'kubernetes.io/hostname': on },
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image, imagePullPolicy: 'Never', command: ['sh', '-c', command] }],
    },
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skiff-nodes-'));
    lan = await Lan.create();
    cluster = await TestCluster.start({ name, nodes: 0, address: lan.address });
    for (const worker of workers) {
      const machine = await lan.machine();
      machines.push(machine);
      for (const app of ['skiff', 'kubelet', 'proxy', 'dns'])
        machine.deliver(repositoryPath('dist/apps', app), `skiff/${app}`);
      const { stdout } = await cluster.skiff(
        'node-certificates',
        worker,
        '--name',
        name,
        '--out',
        join(folder, worker),
      );
      command = /^ {2}(skiff node .*)$/m.exec(stdout)?.[1] ?? '';
      machine.deliver(join(folder, worker), 'pki');
    }
  }, 120_000);
  afterAll(async () => {
    await lan.remove();
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('are given what is theirs, and nobody else may read it', () => {
    const holders = ['dns', 'kubelet-worker-1', 'kubelet-worker-1-serving', 'proxy'];
    expect(new Set(readdirSync(join(folder, 'worker-1')))).toEqual(
      new Set(['ca.crt', ...holders.flatMap((holder) => [`${holder}.crt`, `${holder}.key`])]),
    );
    expect(statSync(join(folder, 'worker-1')).mode & 0o77).toBe(0);
    for (const file of readdirSync(join(folder, 'worker-1')).filter((file) => file.endsWith('.key')))
      expect(statSync(join(folder, 'worker-1', file)).mode & 0o77).toBe(0);
  });

  it('keep the certificates that they have until these are about to end', async () => {
    const file = join(folder, 'worker-1', 'kubelet-worker-1.crt');
    const before = readFileSync(file, 'utf8');
    await cluster.skiff('node-certificates', 'worker-1', '--name', name, '--out', join(folder, 'worker-1'));
    expect(readFileSync(file, 'utf8')).toBe(before);
    await expect(cluster.skiff('node-certificates', 'Worker_1', '--name', name)).rejects.toThrow(
      'is no name of a node',
    );
    const nowhere = ['node-certificates', 'w', '--authority', folder];
    await expect(cluster.skiff(...nowhere)).rejects.toThrow(`${folder} has no ca.key`);
  });

  it('are told what a machine lacks to be one', async () => {
    const [machine] = machines as [Machine];
    start(machine, 'worker-3');
    expect(await machine.ended()).toBe(1);
    expect(machine.output).toContain('/mnt/pki lacks kubelet-worker-3.crt, kubelet-worker-3.key');
    expect(machine.output).toContain('"skiff node-certificates worker-3" makes them');
  });

  it('join, each from its own machine', async () => {
    machines.forEach((machine, index) => start(machine, workers[index] ?? ''));
    for (const [index, worker] of workers.entries()) {
      await eventually(() => isReady(worker, 'True'), 60_000);
      expect((await node(worker)).status?.addresses).toContainEqual({
        type: 'InternalIP',
        address: machines[index]?.address,
      });
    }
  });

  it('run pods that reach each other by name, and whose logs and shells are at hand', async () => {
    const archive = await buildImage('busybox');
    for (const machine of machines) await machine.load(archive);
    const image = 'busybox:1.29';
    const serve = 'mkdir /www && echo served > /www/index.html && exec httpd -f -v -p 8080 -h /www';
    const objects = [
      pod(image, 'worker-1', serve, 'server'),
      pod(image, 'worker-2', 'exec sleep 1d', 'client'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'server' },
        spec: { selector: { app: 'server' }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ];
    await eventually(() => cluster.kubectl('get', 'serviceaccount', 'default'));
    await cluster.kubectlInput(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), 'apply', '-f', '-');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/server', 'pod/client', '--timeout=60s');
    const fetch = ['exec', 'client', '--', 'wget', '-q', '-O', '-', 'http://server.default.svc.cluster.local/'];
    await eventually(async () => expect(await cluster.kubectl(...fetch)).toBe('served\n'));
    expect(await cluster.kubectl('logs', 'server')).toContain('response:200');
  });

  it('show in the trace what they did', async () => {
    const trace = async (): Promise<string> =>
      (await cluster.skiff('trace', 'pod/server', '--all', '--name', name)).stdout;
    await eventually(async () => {
      expect(await trace()).toMatch(/kubelet\/worker-1 .* start container busybox/);
      expect(await trace()).toMatch(/proxy\/worker-2 .* endpoint programmed \S+:8080/);
    });
  });

  it('leave their machine as it was when they end, and are back with their pods', async () => {
    const [machine] = machines as [Machine];
    const container = async (): Promise<corev1.ContainerStatus | undefined> =>
      (await cluster.getJson<corev1.Pod>('pod', 'server')).status?.containerStatuses?.[0];
    const before = await container();
    expect(await machine.network('ip', 'route')).toContain('proto 87');
    expect(await machine.end()).toBe(0);
    expect(await machine.network('ip', '-brief', 'link')).not.toContain('cni0');
    expect((await machine.network('ip', 'route')).trim()).toBe(
      `172.31.29.0/24 dev eth0 proto kernel scope link src ${machine.address}`,
    );
    expect(await machine.network('ip', 'address', 'show', 'dev', 'lo')).not.toContain('10.96.0.10');
    expect(await machine.network('nft', 'list', 'tables')).not.toContain('skiff');
    start(machine, 'worker-1');
    await machine.load(await buildImage('busybox'));
    await eventually(async () => {
      const now = await container();
      expect(now).toMatchObject({ ready: true });
      expect(now?.containerID).not.toBe(before?.containerID);
    }, 60_000);
  });
});
