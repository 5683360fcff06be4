import {
  AppsV1Api,
  AuthenticationV1Api,
  CoreV1Api,
  Health,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type KubeConfig,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { TestCluster } from '../support/cluster';
import { eventually } from '../support/execute';
import { adminConfig, tokenConfig } from './support';

describe('objects through the Kubernetes client for JavaScript', () => {
  const cluster = TestCluster.shared();
  const namespace = 'client-node-objects';
  let config: KubeConfig;
  let core: CoreV1Api;

  beforeAll(async () => {
    config = adminConfig(cluster);
    core = config.makeApiClient(CoreV1Api);
    await core.createNamespace({ body: { metadata: { name: namespace } } });
  });
  afterAll(() => core.deleteNamespace({ name: namespace }));

  const configMap = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({ metadata: { name }, data });

  it('an informer sees what is there, is added, changes and goes, also after the server ended its watch', async () => {
    await core.createNamespacedConfigMap({ namespace, body: configMap('before') });
    const seen: string[] = [];
    let connections = 0;
    const informer = makeInformer<V1ConfigMap>(
      config,
      `/api/v1/namespaces/${namespace}/configmaps?timeoutSeconds=1`,
      () => core.listNamespacedConfigMap({ namespace }),
    );
    const note = (what: string) => (object: V1ConfigMap) => seen.push(`${what} ${object.metadata?.name}`);
    informer.on('add', note('add'));
    informer.on('update', note('update'));
    informer.on('delete', note('delete'));
    informer.on('connect', () => (connections += 1));
    await informer.start();
    try {
      expect(informer.get('before', namespace)?.metadata?.namespace).toBe(namespace);
      const round = async (name: string): Promise<void> => {
        await core.createNamespacedConfigMap({ namespace, body: configMap(name, { a: '1' }) });
        await eventually(() => expect(informer.get(name, namespace)?.data).toEqual({ a: '1' }));
        await core.replaceNamespacedConfigMap({ name, namespace, body: configMap(name, { a: '2' }) });
        await eventually(() => expect(informer.get(name, namespace)?.data).toEqual({ a: '2' }));
        await core.deleteNamespacedConfigMap({ name, namespace });
        await eventually(() => expect(informer.get(name, namespace)).toBeUndefined());
      };
      await round('first');
      const before = connections;
      await eventually(() => expect(connections).toBeGreaterThan(before));
      await round('second');
      const others = seen.filter((line) => !/ (before|kube-root-ca.crt)$/.test(line));
      const events = (name: string): string[] => ['add', 'update', 'delete'].map((what) => `${what} ${name}`);
      expect(others).toEqual([...events('first'), ...events('second')]);
    } finally {
      await informer.stop();
    }
  });

  it('a watch begins after the resource version of a list, and ends when its time is over', async () => {
    const { metadata } = await core.listNamespacedSecret({ namespace });
    for (const name of ['one', 'two']) await core.createNamespacedSecret({ namespace, body: { metadata: { name } } });
    await core.deleteNamespacedSecret({ namespace, name: 'one' });
    const events: string[] = [];
    const query = { resourceVersion: metadata?.resourceVersion, timeoutSeconds: 1 };
    await new Promise<void>((resolve, reject) => {
      const note = (type: string, { metadata: { name } }: { metadata: { name: string } }): void =>
        void events.push(`${type} ${name}`);
      new Watch(config)
        .watch(`/api/v1/namespaces/${namespace}/secrets`, query, note, (error: unknown) =>
          error ? reject(error as Error) : resolve(),
        )
        .catch(reject);
    });
    expect(events).toEqual(['ADDED one', 'ADDED two', 'DELETED one']);
  });

  it('patches of every type change what they name', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const name = 'patched';
    const container = (image: string): object => ({ name: 'main', image });
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name, labels: { a: '1', b: '2' } },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: {
              containers: [
                { name: 'main', image: 'one' },
                { name: 'side', image: 'side' },
              ],
            },
          },
        },
      },
    });
    const patch = (body: object, strategy: string) =>
      apps.patchNamespacedDeployment({ namespace, name, body }, setHeaderOptions('Content-Type', strategy));
    const strategic = await patch(
      { spec: { template: { spec: { containers: [container('two')] } } } },
      PatchStrategy.StrategicMergePatch,
    );
    const images = strategic.spec?.template.spec?.containers.map(({ image }) => image);
    expect(images).toEqual(['two', 'side']);
    const merged = await patch({ metadata: { labels: { a: null, c: '3' } } }, PatchStrategy.MergePatch);
    expect(merged.metadata?.labels).toEqual({ b: '2', c: '3' });
    const pointed = await patch(
      [
        { op: 'test', path: '/metadata/labels/b', value: '2' },
        { op: 'replace', path: '/spec/template/spec/containers/1/image', value: 'other' },
        { op: 'remove', path: '/metadata/labels/c' },
      ],
      PatchStrategy.JsonPatch,
    );
    expect(pointed.metadata?.labels).toEqual({ b: '2' });
    expect(pointed.spec?.template.spec?.containers[1]?.image).toBe('other');
    const failed = patch([{ op: 'test', path: '/metadata/labels/b', value: '3' }], PatchStrategy.JsonPatch);
    await expect(failed).rejects.toMatchObject({ code: 422 });
  });

  it('what is applied on the server’s side belongs to who applied it', async () => {
    const apply = (fieldManager: string, data: Record<string, string>, force = false) =>
      core.patchNamespacedConfigMap(
        {
          ...{ namespace, name: 'applied', fieldManager, force },
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data },
        },
        setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
      );
    expect((await apply('one', { a: '1', b: '1' })).data).toEqual({ a: '1', b: '1' });
    await expect(apply('two', { a: '2' })).rejects.toMatchObject({ code: 409 });
    const { data, metadata } = await apply('two', { a: '2' }, true);
    expect(data).toEqual({ a: '2', b: '1' });
    expect(metadata?.managedFields?.map(({ manager, operation }) => [manager, operation])).toEqual([
      ['one', 'Apply'],
      ['two', 'Apply'],
    ]);
  });

  it('the generic client creates, reads, patches, lists and deletes by discovery', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'generic', namespace } };
    const labels = { app: 'generic' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }] } };
    await objects.create({ ...reference, spec: { replicas: 0, selector: { matchLabels: labels }, template } });
    await expect(objects.read(reference)).resolves.toMatchObject({ kind: 'ReplicaSet', spec: { replicas: 0 } });
    const patched = await objects.patch(
      { ...reference, spec: { minReadySeconds: 3 } },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    expect(patched).toMatchObject({ spec: { minReadySeconds: 3 } });
    const { items } = await objects.list('apps/v1', 'ReplicaSet', namespace);
    expect(items.map(({ metadata }) => metadata?.name)).toContain('generic');
    await objects.delete(reference);
    await eventually(() => expect(objects.read(reference)).rejects.toMatchObject({ code: 404 }));
  });

  it('a service account token tells who it is, and may do what it was given', async () => {
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
    const { status } = await core.createNamespacedServiceAccountToken({
      namespace,
      name: 'robot',
      body: { spec: { audiences: [], expirationSeconds: 600 } },
    });
    expect(status?.expirationTimestamp.getTime()).toBeGreaterThan(Date.now() + 500_000);
    const robot = tokenConfig(cluster, status?.token ?? '');
    const review = await robot.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(review.status?.userInfo).toMatchObject({
      username: `system:serviceaccount:${namespace}:robot`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    });
    const refused = robot.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    await expect(refused).rejects.toMatchObject({
      code: 403,
      body: expect.stringContaining(
        `pods is forbidden: User \\"system:serviceaccount:${namespace}:robot\\" cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"${namespace}\\"`,
      ) as string,
    });
  });

  it('a list comes in pages', async () => {
    for (let index = 0; index < 5; index += 1)
      await core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: `page-${index}`, labels: { page: 'yes' } } },
      });
    const names: string[] = [];
    let _continue: string | undefined;
    let pages = 0;
    do {
      const query = { namespace, labelSelector: 'page=yes', limit: 2, ...(_continue ? { _continue } : {}) };
      const list = await core.listNamespacedConfigMap(query);
      names.push(...list.items.map(({ metadata }) => metadata?.name ?? ''));
      _continue = list.metadata?._continue;
      pages += 1;
    } while (_continue);
    expect([pages, names]).toEqual([3, ['page-0', 'page-1', 'page-2', 'page-3', 'page-4']]);
  });

  it('asks whether the server is ready and alive', async () => {
    const health = new Health(config);
    await expect(health.readyz({})).resolves.toBe(true);
    await expect(health.livez({})).resolves.toBe(true);
  });
});
