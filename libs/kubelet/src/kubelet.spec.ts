import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Kinds, type corev1, type skiffnodev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { missingForContainerd, TestContainerd, testImage } from './testing/test-containerd';
import { eventually, TestKubelet, TokenClient } from './testing/test-kubelet';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const cgroupRoot = `/kubelet-test-${process.pid}`;
const forever = ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'];

function pod(name: string, containers: corev1.Container[], spec: corev1.PodSpec = {}): corev1.Pod {
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: 'n1',
      hostNetwork: true,
      terminationGracePeriodSeconds: 1,
      containers: containers.map((container) => ({ image: testImage, ...container })),
      ...spec,
    },
  };
}

withContainers(`a kubelet with containerd${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let containerd: TestContainerd;
  let client: TokenClient;
  let kubelet: TestKubelet;

  const get = (name: string): corev1.Pod | undefined => client.peek(Kinds.Pod, `default/${name}`);
  const status = (name: string): corev1.PodStatus => get(name)?.status ?? {};
  const only = (name: string): corev1.ContainerStatus | undefined => status(name).containerStatuses?.[0];
  const isReady = (name: string): boolean =>
    status(name).conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
  const create = (object: corev1.Pod): Promise<corev1.Pod> => client.create(Kinds.Pod, object);
  const remove = async (name: string): Promise<void> => {
    await client.delete(Kinds.Pod, { namespace: 'default', name });
    await eventually(() => get(name) === undefined);
  };
  const startKubelet = (): Promise<TestKubelet> =>
    new TestKubelet(client, containerd.runtime, containerd.directory, cgroupRoot).start();

  beforeAll(async () => {
    containerd = await TestContainerd.start();
    client = new TokenClient(systemClock);
    await client.create(Kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'default' } });
    kubelet = await startKubelet();
  }, 30_000);

  afterAll(async () => {
    await kubelet.stop();
    await containerd.stop();
    await kubelet.kubelet.context.cgroups.remove(cgroupRoot);
  }, 30_000);

  it('registers its node, renews its lease and becomes ready', async () => {
    const node = await eventually(() => {
      const found = client.peek(Kinds.Node, 'n1');
      return (
        found?.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') && found
      );
    });
    expect(node.status?.addresses).toContainEqual({ type: 'InternalIP', address: '127.0.0.1' });
    expect(node.status?.conditions?.map(({ reason }) => reason)).toEqual([
      'KubeletHasSufficientMemory',
      'KubeletHasNoDiskPressure',
      'KubeletHasSufficientPID',
      'KubeletReady',
    ]);
    const lease = await eventually(() => client.peek(Kinds.Lease, 'kube-node-lease/n1'));
    expect(lease.spec?.holderIdentity).toBe('n1');
  });

  it('runs a pod with configuration, secrets, a token and downward fields, and shows changes of them live', async () => {
    await client.create(Kinds.ConfigMap, {
      metadata: { namespace: 'default', name: 'cm' },
      data: { greeting: 'hello' },
    });
    const secret = {
      metadata: { namespace: 'default', name: 's' },
      data: { word: Buffer.from('xyzzy').toString('base64') },
    };
    await client.create(Kinds.Secret, secret);
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
    await create(pod('configured', [container], { volumes, serviceAccountName: 'default' }));
    await eventually(() => isReady('configured'));
    const written = /^hello xyzzy configured configured-configured\nhellotoken-/;
    for (let log = ''; !written.test(log);) log = await logs('configured');

    await client.patch(Kinds.ConfigMap, { namespace: 'default', name: 'cm' }, 'merge', {
      data: { greeting: 'servus' },
    });
    for (let seen = ''; seen !== 'servus';) seen = (await exec('configured', ['cat', '/etc/cm/greeting'])).stdout;
    await remove('configured');
  });

  it('restarts what crashes, with a growing back-off, and keeps count', async () => {
    await create(pod('crashes', [{ name: 'c', command: ['sh', '-c', 'echo -n bye > /dev/termination-log; exit 3'] }]));
    const waiting = await eventually(
      () => only('crashes')?.state?.waiting?.reason === 'CrashLoopBackOff' && only('crashes'),
    );
    const uid = get('crashes')?.metadata?.uid;
    expect(waiting.restartCount).toBe(1);
    expect(waiting.state?.waiting?.message).toBe(
      `back-off 10s restarting failed container=c pod=crashes_default(${uid})`,
    );
    expect(waiting.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'bye' });
    expect(kubelet.messages('crashes', 'BackOff')).toEqual([
      `Back-off restarting failed container c in pod crashes_default(${uid})`,
    ]);
    await remove('crashes');
  });

  it('runs init containers in order and then the work to its end', async () => {
    const script = (text: string): string[] => ['sh', '-c', text];
    const volumeMounts = [{ name: 'd', mountPath: '/d' }];
    const job = pod('job', [{ name: 'c', command: script('cat /d/a /d/b'), volumeMounts }], {
      restartPolicy: 'Never',
      volumes: [{ name: 'd', emptyDir: {} }],
      initContainers: [
        { name: 'a', image: testImage, command: script('echo one > /d/a'), volumeMounts },
        { name: 'b', image: testImage, command: script('cat /d/a && echo two > /d/b'), volumeMounts },
      ],
    });
    await create(job);
    await eventually(() => status('job').phase === 'Succeeded');
    expect(await logs('job')).toBe('one\ntwo\n');
    expect(status('job').initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
    await remove('job');
  });

  it('tells of images that may not be pulled and of commands that are not there', async () => {
    await create(pod('no-image', [{ name: 'c', image: 'none:1', imagePullPolicy: 'Never' }]));
    await create(pod('no-command', [{ name: 'c', command: ['/no/such'] }], { restartPolicy: 'Never' }));
    await eventually(() => only('no-image')?.state?.waiting?.reason === 'ErrImageNeverPull');
    expect(kubelet.messages('no-image', 'ErrImageNeverPull')).toContain(
      'Container image "none:1" is not present with pull policy of Never',
    );
    const ended = await eventually(
      () => status('no-command').phase === 'Failed' && only('no-command')?.state?.terminated,
    );
    expect(ended).toMatchObject({ exitCode: 128, reason: 'StartError' });
    await Promise.all([remove('no-image'), remove('no-command')]);
  });

  it('restarts a container that fails its liveness probe and holds back one that is not ready', async () => {
    const probe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 };
    await create(pod('sick', [{ name: 'c', command: forever, livenessProbe: probe }]));
    await create(
      pod('shy', [{ name: 'c', command: forever, readinessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1 } }]),
    );
    await eventually(() => (only('sick')?.restartCount ?? 0) > 0);
    expect(kubelet.messages('sick', 'Unhealthy')).toContain('Liveness probe failed: ');
    expect(kubelet.messages('sick', 'Killing')).toContain('Container c failed liveness probe, will be restarted');
    const told = await eventually(() => kubelet.messages('shy', 'Unhealthy')[0]);
    expect(told).toBe('Readiness probe failed: dial tcp 127.0.0.1:1: connect: connection refused');
    expect(isReady('shy')).toBe(false);
    await Promise.all([remove('sick'), remove('shy')]);
  });

  it('runs commands with input, exit code and a terminal, and forwards ports', async () => {
    await create(pod('tools', [{ name: 'c', command: forever }]));
    await eventually(() => isReady('tools'));
    const piped = await exec('tools', ['sh', '-c', 'cat; echo oops >&2; exit 7'], { stdin: 'to and fro' });
    expect(piped).toEqual({ stdout: 'to and fro', stderr: 'oops\n', exit: { exitCode: 7, error: '' } });
    const terminal = await exec(
      'tools',
      ['sh', '-c', 'while [ "$(stty size)" != "24 80" ]; do sleep 0.05; done; stty size'],
      {
        size: { width: 80, height: 24 },
      },
    );
    expect(terminal.stdout).toMatch(/24 80\r\n$/);
    expect(await forward('tools', 1)).toMatch(/connection refused/);
    const lost = await exec('tools', ['/no/such']);
    expect(lost.exit?.error).toMatch(/no such file/);
    await remove('tools');
  });

  it('leaves pods running when it stops, adopts them when it comes back, and removes what has no pod any more', async () => {
    await create(pod('stays', [{ name: 'c', command: forever }]));
    await create(pod('goes', [{ name: 'c', command: forever }]));
    await eventually(() => isReady('stays') && isReady('goes'));
    const id = only('stays')?.containerID;
    await kubelet.stop();
    await client.delete(Kinds.Pod, { namespace: 'default', name: 'goes' }, { gracePeriodSeconds: 0 });
    kubelet = await startKubelet();
    const names = async (): Promise<string[]> =>
      (await containerd.runtime.listSandboxes()).map(({ podName }) => podName);
    for (let left = await names(); left.includes('goes'); left = await names()) await systemClock.sleep(50);
    expect(only('stays')).toMatchObject({ containerID: id, restartCount: 0, ready: true });
    expect(kubelet.messages('stays', 'Started')).toEqual([]);
    await remove('stays');
  });

  it('leaves nothing of a deleted pod: no container, folder, mount or cgroup', async () => {
    const volumes: corev1.Volume[] = [{ name: 'm', emptyDir: { medium: 'Memory' } }];
    const container = { name: 'c', command: forever, volumeMounts: [{ name: 'm', mountPath: '/m' }] };
    const { metadata } = await create(pod('brief', [container], { volumes }));
    await eventually(() => isReady('brief'));
    const directory = join(containerd.directory, 'kubelet', 'pods', metadata?.uid ?? '');
    expect(existsSync(directory)).toBe(true);
    await remove('brief');
    expect(await containerd.runtime.listSandboxes(metadata?.uid)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    expect(await readdir(join(containerd.directory, 'kubelet', 'logs'))).not.toContain(
      `default_brief_${metadata?.uid}`,
    );
    expect(existsSync(`/sys/fs/cgroup/memory${cgroupRoot}/besteffort/pod${metadata?.uid}`)).toBe(false);
  });

  async function logs(name: string): Promise<string> {
    const call = kubelet.node.logs({
      container: { podNamespace: 'default', podName: name, container: 'c' },
      options: {},
    });
    const chunks: Buffer[] = [];
    for await (const response of call) chunks.push((response as skiffnodev1.LogsResponse).data ?? Buffer.alloc(0));
    return Buffer.concat(chunks).toString('utf8');
  }

  interface Ran {
    stdout: string;
    stderr: string;
    exit: skiffnodev1.ExecExit | undefined;
  }

  function exec(
    name: string,
    command: string[],
    options: { stdin?: string; size?: skiffnodev1.TerminalSize } = {},
  ): Promise<Ran> {
    const call = kubelet.node.exec();
    const ran: Ran = { stdout: '', stderr: '', exit: undefined };
    return new Promise((resolve, reject) => {
      call.on('data', (response: skiffnodev1.ExecResponse) => {
        ran.stdout += response.stdout?.toString('utf8') ?? '';
        ran.stderr += response.stderr?.toString('utf8') ?? '';
        if (response.exit !== undefined) ran.exit = response.exit;
      });
      call.on('error', reject);
      call.on('end', () => resolve(ran));
      const container = { podNamespace: 'default', podName: name, container: 'c' };
      const tty = options.size !== undefined;
      call.write({
        start: { container, command, stdin: options.stdin !== undefined, stdout: true, stderr: true, tty },
      });
      if (options.size !== undefined) call.write({ resize: options.size });
      if (options.stdin !== undefined) call.write({ stdin: Buffer.from(options.stdin) });
      if (options.stdin !== undefined) call.write({ closeStdin: {} });
    });
  }

  /** Sends a byte to a port of a pod; what went wrong. */
  function forward(name: string, port: number): Promise<string> {
    const call = kubelet.node.portForward();
    return new Promise((resolve) => {
      call.on('data', () => undefined);
      call.on('error', (error) => resolve(error.message));
      call.on('end', () => resolve(''));
      call.write({ start: { podNamespace: 'default', podName: name, port } });
      call.write({ data: Buffer.from('x') });
    });
  }
});
