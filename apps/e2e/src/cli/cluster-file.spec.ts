import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerEngine, missingForEngine } from '../compose/engine';
import { repositoryPath } from '../support/cluster';
import { eventually } from '../support/execute';
import { buildImage } from '../support/images';
import { Stranger } from './command';

const image = 'docker.io/library/busybox:1.29';
const secret = 'nobody-reads-this';

/** The file that docs/security.md has its reader write, made as it says. */
function encryptionFile(folder: string): string {
  const page = readFileSync(repositoryPath('docs/security.md'), 'utf8');
  const [, script = ''] = /```sh\n(cat > encryption\.yaml [^]*?)```/.exec(page) ?? [];
  expect(spawnSync('bash', ['-ec', script], { cwd: folder }).status).toBe(0);
  return 'encryption.yaml';
}

/** The plugin of docs/guides/scheduler-plugin.md, bundled by the command that stands there. */
function pluginFile(folder: string): string {
  const page = readFileSync(repositoryPath('docs/guides/scheduler-plugin.md'), 'utf8');
  const [command = ''] = /^npx esbuild .*$/m.exec(page) ?? [];
  const file = join(folder, 'app-limit.js');
  const here = command.replace('dist/app-limit.js', file);
  expect(here).toContain(file);
  expect(spawnSync('bash', ['-ec', here], { cwd: repositoryPath() }).status).toBe(0);
  return 'app-limit.js';
}

/** Everything that lies in the files below a folder. */
function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

/** Whether there is text of an object, and the mark of an encrypted one, in what the store has written. */
function stored(user: Stranger, cluster: string): { plain: boolean; secret: boolean; mark: boolean } {
  const text = contents(join(user.folder, 'skiff/clusters', cluster, 'store'));
  return {
    plain: text.includes('anybody-reads-this'),
    secret: text.includes(secret),
    mark: text.includes('k8s:enc:secretbox:v1:key1:'),
  };
}

describe.each(['embedded', 'etcd'] as const)('a cluster over %s that its file describes', (store) => {
  const user = new Stranger();
  const name = `file-${store}`;

  beforeAll(async () => {
    const archive = await buildImage('busybox');
    const encryption = encryptionFile(user.folder);
    copyFileSync(repositoryPath('examples/scheduler-plugin/scheduler.yaml'), join(user.folder, 'scheduler.yaml'));
    const lines = [
      ...['apiVersion: skiff/v1alpha1', 'kind: Cluster', `name: ${name}`, `store: ${store}`, 'nodes: [{}]'],
      `scheduler: { config: scheduler.yaml, plugins: [${pluginFile(user.folder)}] }`,
      `settings: { apiServer: { encryptionProviderConfig: ${encryption} } }`,
      `images: [${archive}]`,
    ];
    writeFileSync(join(user.folder, 'cluster.yaml'), lines.join('\n'));
    await user.does('up', '--config', 'cluster.yaml', '--name', name, '--wait', '3m');
  }, 240_000);
  afterAll(async () => {
    await user.skiff('down', '--name', name, '--ignore-not-found');
    expect(user.traces()).toEqual([]);
    user.leaves();
  }, 60_000);

  it('encrypts Secrets on their way to the store, and nothing else', async () => {
    user.kubectl(name, 'create', 'configmap', 'plain', '--from-literal=text=anybody-reads-this');
    user.kubectl(name, 'create', 'secret', 'generic', 'hidden', `--from-literal=text=${secret}`);
    const encoded = user.kubectl(name, 'get', 'secret', 'hidden', '-o', 'jsonpath={.data.text}');
    expect(Buffer.from(encoded, 'base64').toString()).toBe(secret);
    await eventually(() => expect(stored(user, name)).toEqual({ plain: true, secret: false, mark: true }));
  }, 60_000);

  it('places pods by a plugin of its user, and tells why one is pending', async () => {
    const overrides = { spec: { template: { spec: { schedulerName: 'app-limit' } } } };
    user.kubectl(name, 'create', 'deployment', 'few', `--image=${image}`, '--replicas=0', '--', 'sleep', '1000');
    user.kubectl(name, 'patch', 'deployment', 'few', '-p', JSON.stringify(overrides));
    user.kubectl(name, 'scale', 'deployment', 'few', '--replicas=3');
    user.kubectl(name, 'wait', 'deployment/few', '--for=jsonpath={.status.readyReplicas}=2', '--timeout=60s');
    const pending = user.kubectl(
      name,
      ...['get', 'pods', '--selector=app=few', '--field-selector=status.phase=Pending', '-o', 'name'],
    );
    expect(pending).toMatch(/^pod\/few-\S+\n$/);
    expect(await user.does('explain', '--name', name, pending.trim())).toMatch(
      /had as many pods of the application as AppLimit allows[^]*refused +AppLimit: node/,
    );
  }, 120_000);
});

const lacking = missingForEngine();
(lacking === undefined ? describe : describe.skip)(
  `an image of a Docker engine${lacking ? ` (${lacking})` : ''}`,
  () => {
    const user = new Stranger();
    const engine = DockerEngine.create();
    const name = 'docker';
    const built = 'tool:1';
    const scratch = join(user.folder, 'scratch');

    beforeAll(async () => {
      const context = join(user.folder, 'context');
      mkdirSync(context);
      copyFileSync('/bin/busybox', join(context, 'busybox'));
      writeFileSync(
        join(context, 'Dockerfile'),
        'FROM scratch\nCOPY busybox /bin/sh\nCMD ["sh", "-c", "echo from docker"]\n',
      );
      await engine.startForBuilding();
      mkdirSync(scratch);
      Object.assign(user.environment, engine.environment, { TMPDIR: scratch });
      await engine.docker('build', '--quiet', '--tag', built, context);
      await user.does('up', '--name', name, '--nodes', '1', '--wait', '3m');
    }, 240_000);
    afterAll(async () => {
      await user.skiff('down', '--name', name, '--ignore-not-found');
      await engine.discard();
      expect(user.traces()).toEqual([]);
      user.leaves();
    }, 60_000);

    it('is loaded by its name, and runs', async () => {
      expect(await user.does('load', '--name', name, built)).toBe('docker.io/library/tool:1 is on 1 node\n');
      user.kubectl(name, 'run', 'tool', `--image=${built}`, '--image-pull-policy=Never', '--restart=Never');
      user.kubectl(name, 'wait', 'pod/tool', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
      expect(user.kubectl(name, 'logs', 'tool')).toBe('from docker\n');
    }, 90_000);

    it('is missed in words when the engine has none of that name', async () => {
      expect(await user.skiff('load', '--name', name, 'absent:1')).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(
          /^skiff: there is no file "absent:1", and the Docker engine does not give an image of that name: (.*No such image|reference does not exist)/,
        ) as string,
      });
      expect(readdirSync(scratch)).toEqual([]);
    }, 30_000);
  },
);
