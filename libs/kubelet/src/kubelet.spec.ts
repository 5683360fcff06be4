import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { missingForContainerd, testImage } from './testing/test-containerd';
import { eventually } from './testing/test-kubelet';
import { forever, hostPod, TestNode } from './testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const cgroupRoot = `/kubelet-test-${process.pid}`;

withContainers(`a kubelet with containerd${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(cgroupRoot);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  it('registers its node, renews its lease and becomes ready', async () => {
    const registered = await eventually(() => {
      const found = node.client.peek(Kinds.Node, 'n1');
      return (
        found?.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') && found
      );
    });
    expect(registered.status?.addresses).toContainEqual({ type: 'InternalIP', address: '127.0.0.1' });
    expect(registered.status?.conditions?.map(({ reason }) => reason)).toEqual([
      'KubeletHasSufficientMemory',
      'KubeletHasNoDiskPressure',
      'KubeletHasSufficientPID',
      'KubeletReady',
    ]);
    const lease = await eventually(() => node.client.peek(Kinds.Lease, 'kube-node-lease/n1'));
    expect(lease.spec?.holderIdentity).toBe('n1');
  });

  it('runs a pod with configuration, secrets, a token and downward fields, and shows changes of them live', async () => {
    await node.client.create(Kinds.ConfigMap, {
      metadata: { namespace: 'default', name: 'cm' },
      data: { greeting: 'hello' },
    });
    const secret = {
      metadata: { namespace: 'default', name: 's' },
      data: { word: Buffer.from('xyzzy').toString('base64') },
    };
    await node.client.create(Kinds.Secret, secret);
    const script =
      'echo "$GREETING $WORD $NAME $TWICE"; cat /etc/cm/greeting /token/token; echo; trap "exit 0" TERM; while true; do sleep 0.1; done';
    const container: corev1.Container = {
      name: 'c',
      command: ['sh', '-c', script],
      env: [
        { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'cm', key: 'greeting' } } },
        { name: 'WORD', valueFrom: { secretKeyRef: { name: 's', key: 'word' } } },
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'TWICE', value: '$(NAME)-$(NAME)' },
      ],
      volumeMounts: [
        { name: 'cm', mountPath: '/etc/cm' },
        { name: 'token', mountPath: '/token' },
      ],
    };
    const volumes: corev1.Volume[] = [
      { name: 'cm', configMap: { name: 'cm' } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ];
    await node.create(hostPod('configured', [container], { volumes, serviceAccountName: 'default' }));
    await eventually(() => node.isReady('configured'));
    const written = /^hello xyzzy configured configured-configured\nhello[\w-]+\.[\w-]+\.[\w-]+\n/;
    await eventually(async () => written.test(await node.logs('configured')));

    await node.client.patch(Kinds.ConfigMap, { namespace: 'default', name: 'cm' }, 'merge', {
      data: { greeting: 'servus' },
    });
    for (let seen = ''; seen !== 'servus';) seen = (await node.exec('configured', ['cat', '/etc/cm/greeting'])).stdout;
    await node.remove('configured');
  });

  it('restarts what crashes, with a growing back-off, and keeps count', async () => {
    await node.create(
      hostPod('crashes', [{ name: 'c', command: ['sh', '-c', 'echo -n bye > /dev/termination-log; exit 3'] }]),
    );
    const waiting = await eventually(
      () => node.only('crashes')?.state?.waiting?.reason === 'CrashLoopBackOff' && node.only('crashes'),
    );
    const uid = node.get('crashes')?.metadata?.uid;
    expect(waiting.restartCount).toBe(1);
    expect(waiting.state?.waiting?.message).toBe(
      `back-off 10s restarting failed container=c pod=crashes_default(${uid})`,
    );
    expect(waiting.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'bye' });
    expect(node.kubelet.messages('crashes', 'BackOff')).toEqual([
      `Back-off restarting failed container c in pod crashes_default(${uid})`,
    ]);
    await node.remove('crashes');
  });

  it('runs init containers in order and then the work to its end', async () => {
    const script = (text: string): string[] => ['sh', '-c', text];
    const volumeMounts = [{ name: 'd', mountPath: '/d' }];
    const job = hostPod('job', [{ name: 'c', command: script('cat /d/a /d/b'), volumeMounts }], {
      restartPolicy: 'Never',
      volumes: [{ name: 'd', emptyDir: {} }],
      initContainers: [
        { name: 'a', image: testImage, command: script('echo one > /d/a'), volumeMounts },
        { name: 'b', image: testImage, command: script('cat /d/a && echo two > /d/b'), volumeMounts },
      ],
    });
    await node.create(job);
    await eventually(() => node.status('job').phase === 'Succeeded');
    expect(await node.logs('job')).toBe('one\ntwo\n');
    expect(node.status('job').initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
    await node.remove('job');
  });

  it('tells of images that may not be pulled and of commands that are not there', async () => {
    await node.create(hostPod('no-image', [{ name: 'c', image: 'none:1', imagePullPolicy: 'Never' }]));
    await node.create(hostPod('no-command', [{ name: 'c', command: ['/no/such'] }], { restartPolicy: 'Never' }));
    await eventually(() => node.only('no-image')?.state?.waiting?.reason === 'ErrImageNeverPull');
    expect(node.kubelet.messages('no-image', 'ErrImageNeverPull')).toContain(
      'Container image "none:1" is not present with pull policy of Never',
    );
    const ended = await eventually(
      () => node.status('no-command').phase === 'Failed' && node.only('no-command')?.state?.terminated,
    );
    expect(ended).toMatchObject({ exitCode: 128, reason: 'StartError' });
    await Promise.all([node.remove('no-image'), node.remove('no-command')]);
  });

  it('restarts a container that fails its liveness probe and holds back one that is not ready', async () => {
    const probe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 };
    await node.create(hostPod('sick', [{ name: 'c', command: forever, livenessProbe: probe }]));
    await node.create(
      hostPod('shy', [{ name: 'c', command: forever, readinessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1 } }]),
    );
    await eventually(() => (node.only('sick')?.restartCount ?? 0) > 0);
    expect(node.kubelet.messages('sick', 'Unhealthy')).toContain('Liveness probe failed: ');
    expect(node.kubelet.messages('sick', 'Killing')).toContain('Container c failed liveness probe, will be restarted');
    const told = await eventually(() => node.kubelet.messages('shy', 'Unhealthy')[0]);
    expect(told).toBe('Readiness probe failed: dial tcp 127.0.0.1:1: connect: connection refused');
    expect(node.isReady('shy')).toBe(false);
    await Promise.all([node.remove('sick'), node.remove('shy')]);
  });

  it('runs commands with input, exit code and a terminal, and forwards ports', async () => {
    await node.create(hostPod('tools', [{ name: 'c', command: forever }]));
    await eventually(() => node.isReady('tools'));
    const piped = await node.exec('tools', ['sh', '-c', 'cat; echo oops >&2; exit 7'], { stdin: 'to and fro' });
    expect(piped).toEqual({ stdout: 'to and fro', stderr: 'oops\n', exit: { exitCode: 7, error: '' } });
    const terminal = await node.exec(
      'tools',
      ['sh', '-c', 'while [ "$(stty size)" != "24 80" ]; do sleep 0.05; done; stty size'],
      {
        size: { width: 80, height: 24 },
      },
    );
    expect(terminal.stdout).toMatch(/24 80\r\n$/);
    expect(await forward('tools', 1)).toMatch(/connection refused/);
    const lost = await node.exec('tools', ['/no/such']);
    expect(lost.exit?.error).toMatch(/no such file/);
    await node.remove('tools');
  });

  it('leaves pods running when it stops, adopts them when it comes back, and removes what has no pod any more', async () => {
    await node.create(hostPod('stays', [{ name: 'c', command: forever }]));
    await node.create(hostPod('goes', [{ name: 'c', command: forever }]));
    await eventually(() => node.isReady('stays') && node.isReady('goes'));
    const id = node.only('stays')?.containerID;
    await node.restartKubelet(() =>
      node.client.delete(Kinds.Pod, { namespace: 'default', name: 'goes' }, { gracePeriodSeconds: 0 }),
    );
    const names = async (): Promise<string[]> =>
      (await node.containerd.runtime.listSandboxes()).map(({ podName }) => podName);
    for (let left = await names(); left.includes('goes'); left = await names()) await systemClock.sleep(50);
    expect(node.only('stays')).toMatchObject({ containerID: id, restartCount: 0, ready: true });
    expect(node.kubelet.messages('stays', 'Started')).toEqual([]);
    await node.remove('stays');
  });

  it('leaves nothing of a deleted pod: no container, folder, mount or cgroup', async () => {
    const volumes: corev1.Volume[] = [{ name: 'm', emptyDir: { medium: 'Memory' } }];
    const container = { name: 'c', command: forever, volumeMounts: [{ name: 'm', mountPath: '/m' }] };
    const { metadata } = await node.create(hostPod('brief', [container], { volumes }));
    await eventually(() => node.isReady('brief'));
    const directory = join(node.containerd.directory, 'kubelet', 'pods', metadata?.uid ?? '');
    expect(existsSync(directory)).toBe(true);
    await node.remove('brief');
    expect(await node.containerd.runtime.listSandboxes(metadata?.uid)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    expect(await readdir(join(node.containerd.directory, 'kubelet', 'logs'))).not.toContain(
      `default_brief_${metadata?.uid}`,
    );
    expect(existsSync(`/sys/fs/cgroup/memory${cgroupRoot}/besteffort/pod${metadata?.uid}`)).toBe(false);
  });

  /** Sends a byte to a port of a pod; what went wrong. */
  function forward(name: string, port: number): Promise<string> {
    const call = node.kubelet.node.portForward();
    return new Promise((resolve) => {
      call.on('data', () => undefined);
      call.on('error', (error) => resolve(error.message));
      call.on('end', () => resolve(''));
      call.write({ start: { podNamespace: 'default', podName: name, port } });
      call.write({ data: Buffer.from('x') });
    });
  }
});
