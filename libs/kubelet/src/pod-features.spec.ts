import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { grpchealthv1, Kinds, type corev1 } from '@skiff/contracts';
import { missingForContainerd, testImage } from './testing/test-containerd';
import { eventually } from './testing/test-kubelet';
import { forever, hostPod, TestNode } from './testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const sh = (script: string): string[] => ['sh', '-c', script];
const once: corev1.PodSpec = { restartPolicy: 'Never' };

withContainers(`what a pod can ask for${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-features-${process.pid}`);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  it('runs as the user and groups it names, with volumes of its group and a root file system it cannot write', async () => {
    const script =
      'exec 2>&1; id -u; id -g; id -G; ls -ld /v | head -c 10; echo; touch /v/mine && ls -n /v/mine; touch /new';
    const container: corev1.Container = {
      name: 'c',
      command: sh(script),
      securityContext: { readOnlyRootFilesystem: true, runAsUser: 1001 },
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    };
    const securityContext = { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000, supplementalGroups: [4000] };
    await node.create(
      hostPod('user', [container], { ...once, securityContext, volumes: [{ name: 'v', emptyDir: {} }] }),
    );
    expect(await node.ended('user')).toMatchObject({ exitCode: 1 });
    const [uid, gid, groups, mode, file, refused] = (await node.logs('user')).split('\n');
    expect([uid, gid, groups?.split(' ').sort()]).toEqual(['1001', '2000', ['2000', '3000', '4000']]);
    expect(mode).toBe('drwxrwsrwx');
    expect(file).toMatch(/ 1001 +3000 /);
    expect(refused).toBe('touch: /new: Read-only file system');
    await node.remove('user');
  });

  it('does not run as root what must not', async () => {
    await node.create(hostPod('rootless', [{ name: 'c', command: forever, securityContext: { runAsNonRoot: true } }]));
    const waiting = await eventually(
      () => node.only('rootless')?.state?.waiting?.message !== undefined && node.only('rootless')?.state?.waiting,
    );
    const full = `rootless_default(${node.get('rootless')?.metadata?.uid})`;
    const message = `container has runAsNonRoot and image will run as root (pod: "${full}", container: c)`;
    expect(waiting).toEqual({ reason: 'CreateContainerConfigError', message });
    expect(node.kubelet.messages('rootless', 'Failed')).toContain(`Error: ${message}`);
    await node.remove('rootless');
  });

  it('mounts parts of volumes, those that the environment names, too, and none outside of them', async () => {
    const write: corev1.Container = {
      name: 'c',
      command: sh('echo deep > /part/file; echo mine > /own/file; find /all -type f | sort; cat /all/a/b/file'),
      env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      volumeMounts: [
        { name: 'v', mountPath: '/all' },
        { name: 'v', mountPath: '/part', subPath: 'a/b' },
        { name: 'v', mountPath: '/own', subPathExpr: 'of-$(POD)' },
      ],
    };
    const volumes: corev1.Volume[] = [{ name: 'v', emptyDir: {} }];
    await node.create(hostPod('parts', [write], { ...once, volumes }));
    await node.ended('parts');
    expect(await node.logs('parts')).toBe('/all/a/b/file\n/all/of-parts/file\ndeep\n');

    const escape = {
      name: 'c',
      command: forever,
      env: [{ name: 'UP', value: '../..' }],
      volumeMounts: [{ name: 'v', mountPath: '/x', subPathExpr: '$(UP)' }],
    };
    await node.create(hostPod('escapes', [escape], { volumes }));
    await eventually(() => node.only('escapes')?.state?.waiting?.reason === 'CreateContainerConfigError');
    await Promise.all([node.remove('parts'), node.remove('escapes')]);
  });

  it('does without optional config maps and secrets, and waits for the others', async () => {
    const env = (optional: boolean): corev1.EnvVar[] => [
      { name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'k', optional } } },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional } } },
    ];
    const volumes: corev1.Volume[] = [
      { name: 'cm', configMap: { name: 'none', optional: true } },
      { name: 's', secret: { secretName: 'none', optional: true } },
    ];
    const volumeMounts = volumes.map(({ name = '' }) => ({ name, mountPath: `/${name}` }));
    const easy: corev1.Container = {
      name: 'c',
      command: sh('echo "[$A$B$C]"; ls /cm /s'),
      env: env(true),
      envFrom: [{ configMapRef: { name: 'none', optional: true } }, { secretRef: { name: 'none', optional: true } }],
      volumeMounts,
    };
    await node.create(hostPod('easy', [easy], { ...once, volumes }));
    await node.create(hostPod('strict', [{ name: 'c', command: forever, env: env(false) }]));
    expect(await node.ended('easy')).toMatchObject({ exitCode: 0 });
    expect(await node.logs('easy')).toBe('[]\n/cm:\n\n/s:\n');
    const waiting = await eventually(() => node.only('strict')?.state?.waiting?.message);
    expect(waiting).toBe('configmap "none" not found');
    await Promise.all([node.remove('easy'), node.remove('strict')]);
  });

  it('shows changes in a projected volume of several sources', async () => {
    const key = { namespace: 'default', name: 'live' };
    await node.client.create(Kinds.ConfigMap, { metadata: key, data: { word: 'one' } });
    const sources: corev1.VolumeProjection[] = [
      { configMap: { name: 'live', items: [{ key: 'word', path: 'cm/word' }] } },
      { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ];
    const volumes: corev1.Volume[] = [{ name: 'p', projected: { sources } }];
    const container = { name: 'c', command: forever, volumeMounts: [{ name: 'p', mountPath: '/p' }] };
    await node.create(hostPod('projected', [container], { volumes }));
    await eventually(() => node.isReady('projected'));
    await node.client.patch(Kinds.Pod, { namespace: 'default', name: 'projected' }, 'merge', {
      metadata: { labels: { a: 'b' } },
    });
    await node.client.patch(Kinds.ConfigMap, key, 'merge', { data: { word: 'two' } });
    const seen = async (): Promise<string> =>
      (await node.exec('projected', sh('cat /p/cm/word; echo -n " "; cat /p/labels'))).stdout.trim();
    await eventually(async () => (await seen()) === 'two a="b"');
    await node.remove('projected');
  });

  it('tells the last words of a container, from its file or from its log', async () => {
    const file = {
      name: 'c',
      command: sh('echo -n bye > /tmp/end; echo no; exit 1'),
      terminationMessagePath: '/tmp/end',
    };
    const log = {
      name: 'c',
      command: sh('echo one; echo two; exit 1'),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    };
    const well = { ...log, command: sh('echo fine') };
    await node.create(hostPod('by-file', [file], once));
    await node.create(hostPod('by-log', [log], once));
    await node.create(hostPod('well', [well], once));
    expect(await node.ended('by-file')).toMatchObject({ message: 'bye' });
    expect(await node.ended('by-log')).toMatchObject({ message: 'one\ntwo\n' });
    expect((await node.ended('well')).message).toBeUndefined();
    await Promise.all(['by-file', 'by-log', 'well'].map((name) => node.remove(name)));
  });

  it('kills a container whose postStart hook fails, and goes on when its preStop hook does', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(request.url === '/fails' ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const httpGet = (path: string): corev1.LifecycleHandler => ({ httpGet: { host: '127.0.0.1', port, path } });
    const exec: corev1.LifecycleHandler = { exec: { command: sh('echo secret >&2; exit 3') } };
    const hooked = (lifecycle: corev1.Lifecycle): corev1.Container[] => [{ name: 'c', command: forever, lifecycle }];
    await node.create(hostPod('post-exec', hooked({ postStart: exec }), once));
    await node.create(hostPod('post-http', hooked({ postStart: httpGet('/fails') }), once));
    await node.create(hostPod('pre', hooked({ postStart: httpGet('/starts'), preStop: exec })));
    for (const name of ['post-exec', 'post-http']) {
      await node.ended(name);
      expect(node.kubelet.messages(name, 'FailedPostStartHook')).toEqual(['PostStartHook failed']);
      expect(node.kubelet.messages(name, 'Killing')).toEqual(['FailedPostStartHook']);
    }
    await eventually(() => node.isReady('pre'));
    await node.remove('pre');
    expect(node.kubelet.messages('pre', 'FailedPreStopHook')).toEqual(['PreStopHook failed']);
    expect(asked.sort()).toEqual(['/fails', '/starts']);
    await Promise.all([node.remove('post-exec'), node.remove('post-http')]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('starts sidecars before the work and ends them after it', async () => {
    const volumes: corev1.Volume[] = [{ name: 'v', emptyDir: {} }];
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const sidecar: corev1.Container = {
      name: 'side',
      image: testImage,
      restartPolicy: 'Always',
      command: sh('echo up > /v/side; trap "echo bye; exit 0" TERM; while true; do sleep 0.1; done'),
      startupProbe: { exec: { command: ['cat', '/v/side'] }, periodSeconds: 1 },
      volumeMounts,
    };
    const work = { name: 'c', command: sh('cat /v/side'), volumeMounts };
    await node.create(hostPod('with-sidecar', [work], { ...once, volumes, initContainers: [sidecar] }));
    expect(await node.ended('with-sidecar')).toMatchObject({ exitCode: 0 });
    expect(node.status('with-sidecar').phase).toBe('Succeeded');
    expect(await node.logs('with-sidecar')).toBe('up\n');
    expect(await node.logs('with-sidecar', 'side')).toBe('bye\n');
    const [side] = node.status('with-sidecar').initContainerStatuses ?? [];
    expect(side?.state?.terminated).toMatchObject({ exitCode: 0 });
    await node.remove('with-sidecar');
  });

  it('runs ephemeral containers beside the others, once', async () => {
    const add = (name: string, container: corev1.EphemeralContainer): Promise<corev1.Pod> => {
      const change = { spec: { ephemeralContainers: [container] } };
      const subresource = 'ephemeralcontainers';
      return node.client.patch(Kinds.Pod, { namespace: 'default', name }, 'merge', change, { subresource });
    };
    await node.create(hostPod('debugged', [{ name: 'c', command: forever }]));
    await eventually(() => node.isReady('debugged'));
    const look = sh('echo looking; tr "\\0" " " < /proc/1/cmdline; exit 4');
    const debug = { name: 'debug', image: testImage, command: look };
    await add('debugged', { ...debug, targetContainerName: 'c' });
    const ended = await eventually(() => node.status('debugged').ephemeralContainerStatuses?.[0]?.state?.terminated);
    expect(ended).toMatchObject({ exitCode: 4, reason: 'Error' });
    expect(await node.logs('debugged', 'debug')).toBe(`looking\n${forever.join(' ')} `);
    expect(node.isReady('debugged')).toBe(true);

    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }];
    await node.create(hostPod('stuck', [{ name: 'unmade', command: forever, env }]));
    await eventually(() => node.only('stuck')?.state?.waiting?.reason === 'CreateContainerConfigError');
    await add('stuck', { ...debug, targetContainerName: 'unmade' });
    // Until it has been tried, it waits as any container does.
    const waiting = await eventually(() => {
      const { waiting: state } = node.status('stuck').ephemeralContainerStatuses?.[0]?.state ?? {};
      return state?.reason !== 'ContainerCreating' && state;
    });
    expect(waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'unable to find target container unmade',
    });
    await Promise.all([node.remove('debugged'), node.remove('stuck')]);
  });

  it('joins the streams of a running container', async () => {
    const container = { name: 'c', stdin: true, stdinOnce: true, command: sh('read word; echo "heard $word"; exit 5') };
    await node.create(hostPod('attached', [container], once));
    await eventually(() => node.isReady('attached'));
    expect(await node.attach('attached', 'hello\n')).toMatchObject({ stdout: 'heard hello\n', stderr: '' });
    expect(await node.ended('attached')).toMatchObject({ exitCode: 5 });
    await node.remove('attached');
  });

  it('probes by the gRPC health protocol', async () => {
    const { SERVING, NOT_SERVING } = grpchealthv1.HealthCheckResponse_ServingStatus;
    let status = NOT_SERVING;
    const server = new Server();
    server.addService(grpchealthv1.HealthService, {
      check: (call: { request: grpchealthv1.HealthCheckRequest }, done: (error: null, answer: object) => void) =>
        done(null, { status: call.request.service === 'db' ? status : SERVING }),
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const readinessProbe = { grpc: { port, service: 'db' }, periodSeconds: 1 };
    await node.create(hostPod('by-grpc', [{ name: 'c', command: forever, readinessProbe }]));
    const told = await eventually(() => node.kubelet.messages('by-grpc', 'Unhealthy')[0]);
    expect(told).toBe('Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
    status = SERVING;
    await eventually(() => node.isReady('by-grpc'));
    await node.remove('by-grpc');
    server.forceShutdown();
  });

  it.each([
    ['while it worked', sh('x=a; while true; do x=$x$x; done')],
    // So soon that the runtime may not watch its memory yet.
    ['at once', sh('exec dd if=/dev/zero of=/dev/null bs=64M')],
  ])('calls killed for its memory what was, %s', async (_, command) => {
    const resources = { limits: { memory: '16Mi' }, requests: { memory: '16Mi' } };
    await node.create(hostPod('greedy', [{ name: 'c', command, resources }], once));
    expect(await node.ended('greedy')).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    await node.remove('greedy');
  });

  it('counts what it does under the names of upstream', async () => {
    // The last pod's worker ends a moment after its object.
    const text = await eventually(async () => {
      const metrics = await node.kubelet.registry.metrics();
      return metrics.includes('kubelet_running_pods 0') && metrics;
    });
    for (const name of ['run_podsandbox', 'create_container', 'start_container', 'podsandbox_status'])
      expect(text).toMatch(new RegExp(`kubelet_runtime_operations_total\\{operation_type="${name}"\\} [1-9]`));
    expect(text).toMatch(/kubelet_runtime_operations_duration_seconds_count\{operation_type="stop_container"\} [1-9]/);
    expect(text).toMatch(/kubelet_pod_start_duration_seconds_count [1-9]/);
    expect(text).toMatch(/kubelet_pod_worker_duration_seconds_count\{operation_type="create"\} [1-9]/);
    expect(text).toMatch(/kubelet_started_containers_total\{container_type="ephemeral_container"\} [1-9]/);
    expect(text).toContain('kubelet_running_containers{container_state="running"} 0');
    expect(text).toContain('kubelet_node_name{node="n1"} 1');
  });
});
