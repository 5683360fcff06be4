import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/execute';
import { buildImage } from '../support/images';
import { Stranger } from './command';

const image = 'docker.io/library/busybox:1.29';

/** Commands that are written wrongly or ask for what there is not: what they end with, and what they say. */
const wrongly: readonly (readonly [line: string, exitCode: number, words: RegExp])[] = [
  ['', 2, /^Usage: skiff/],
  ['fly', 2, /unknown command 'fly'/],
  ['up --nodes many', 2, /a number from 0 to 20 is needed/],
  ['up now', 2, /too many arguments for 'up'/],
  ['up --wait soon', 2, /a duration such as 90s or 2m is needed/],
  ['up --name Cli', 2, /"Cli" is no name for a cluster/],
  ['up --name absent --nodes 0', 2, /--address must say where others reach it/],
  ['up --name absent --nodes 0 --address 192.0.2.1', 2, /192\.0\.2\.1 is no address of this machine/],
  ['up --config none.yaml', 2, /configuration file cannot be read: .*none\.yaml/],
  [
    'up --config wrong.yaml',
    2,
    /wrong\.yaml:4: nodes\[0\]\.colour: unknown key; there are: name, count, labels, taints/,
  ],
  ['up --name cli --store etcd', 1, /runs, but not as asked for:\n {2}the store: embedded, not etcd/],
  ['down --name clj', 1, /there is no cluster "clj": there are "cli", "other"; `skiff up --name clj` starts it/],
  ['status --name clj', 1, /there is no cluster "clj"/],
  ['list --output yaml', 2, /Allowed choices are table, json/],
  ['kubeconfig --name clj', 1, /there is no cluster "clj"/],
  ['logs --name cli api', 1, /there is no service "api"; there are: containerd-cli-node-1, api-server, /],
  ['logs --name cli ../../../etc/passwd', 1, /there is no service/],
  ['stop --name cli schedulr', 1, /there is no service "schedulr"; there are: /],
  ['start --name cli schedulr', 1, /there is no service "schedulr"; there are: /],
  ['load --name cli absent.tar', 1, /there is no file .*absent\.tar/],
  ['load --name cli wrong.yaml', 1, /wrong\.yaml cannot be loaded: .*\nAn archive of `docker save`/],
  ['load --name cli folder', 1, /without the file oci-layout/],
  ['load --name cli no-such-image', 1, /there is no file "no-such-image", and /],
  ['load', 2, /missing required argument 'images'/],
  ['node add --name cli Upper', 2, /lower case letters, digits/],
  ['node add --name cli --taint a', 2, /key=value:effect is needed/],
  ['node add --name cli --label Bad/=x', 2, /a key such as disk or example\.com\/disk/],
  ['node add --name cli --image absent.tar', 1, /there is no file .*absent\.tar/],
  ['node add --name cli cli-node-1', 1, /there is a node "cli-node-1" already/],
  ['node remove --name cli absent', 1, /there is no node "absent"; there are: cli-node-1/],
  ['shell --name cli absent', 1, /there is no node "absent"; there are: cli-node-1/],
  ['trace --name cli web', 2, /"web" names no object: write kind and name/],
  ['explain --name cli deployment/web', 2, /only decisions about pods can be explained/],
  ['trace --name cli pod/web --ca-file none', 2, /--ca-file goes with --traces/],
  ['trace pod/web --traces nowhere', 2, /host:port is needed/],
  ['trace pod/web --traces 127.0.0.1:1', 1, /the traces service cannot be reached at 127\.0\.0\.1:1/],
  ['explain --name cli pod/web --key-file none', 2, /--key-file goes with --scheduler/],
  ['explain pod/web --scheduler 127.0.0.1:1', 2, /--scheduler needs --ca-file, --cert-file, --key-file too/],
  ['node-certificates --name cli Upper', 2, /"Upper" is no name of a node/],
  ['completion tcsh', 2, /Allowed choices are bash, zsh, fish/],
  ['pki', 2, /required option '--authority <folder>' not specified/],
  ['pki --authority a --out b --kubeconfig c --server nonsense', 2, /a URL such as https:/],
  ['pki --authority a --out b --kubeconfig c --api-server-hosts ,', 2, /names separated by commas are needed/],
  ['addons --pki folder', 1, /folder lacks ca\.crt, admin\.crt, admin\.key/],
  ['addons --api-server nowhere', 2, /host:port is needed/],
  ['node --node-ip nowhere', 2, /an IPv4 address is needed/],
  ['node --state state --pki folder --node-name cli-node', 1, /folder lacks kubelet-cli-node\.crt/],
];

describe('the skiff command', () => {
  const user = new Stranger();
  let archive: string;

  beforeAll(async () => {
    archive = await buildImage('busybox');
    const head = 'apiVersion: skiff/v1alpha1\nkind: Cluster\n';
    writeFileSync(join(user.folder, 'wrong.yaml'), `${head}nodes:\n  - colour: red\n`);
    writeFileSync(join(user.folder, 'unsettled.yaml'), `${head}settings: { apiServer: { logLevel: loud } }\n`);
    writeFileSync(
      join(user.folder, 'cluster.yaml'),
      `${head}name: cli
nodes: [{ labels: { disk: ssd }, taints: ["slow=yes:PreferNoSchedule"] }]
network: { pods: 10.50.0.0/16, services: 10.60.0.0/16 }
settings: { kubelet: { maxPods: 33 } }
images: [${archive}]
`,
    );
    mkdirSync(join(user.folder, 'folder'));
    // At the same moment.
    await Promise.all([
      user.does('up', '--config', 'cluster.yaml', '--wait', '3m'),
      user.does('up', '--name', 'other', '--nodes', '1', '--wait', '3m'),
    ]);
  }, 240_000);
  afterAll(async () => {
    await user.skiff('down', '--name', 'cli', '--ignore-not-found');
    await user.skiff('down', '--name', 'other', '--ignore-not-found');
    user.leaves();
  }, 120_000);

  it('starts what its file describes, beside a cluster that starts at the same moment', async () => {
    const clusters = JSON.parse(await user.does('list', '-o', 'json')) as { name: string; server: string }[];
    expect(clusters.map(({ name }) => name)).toEqual(['cli', 'other']);
    expect(new Set(clusters.map(({ server }) => server)).size).toBe(2);
    const node = user.kubectl(
      'cli',
      'get',
      'nodes',
      '-o',
      'jsonpath={.items[0].metadata.labels.disk} {.items[0].status.capacity.pods} {.items[0].spec.taints[0].key} {.items[0].spec.podCIDR}',
    );
    expect(node).toBe('ssd 33 slow 10.50.0.0/24');
    expect(user.kubectl('cli', 'get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}')).toBe('10.60.0.1');
    expect(await user.does('up', '--config', 'cluster.yaml')).toMatch(/^Cluster "cli" runs already, and is brought up/);
  }, 60_000);

  it('says in words what is wrong, and ends with 1 or, when it was not understood, with 2', async () => {
    for (const [line, exitCode, words] of wrongly) {
      const ending = await user.skiff(...line.split(' ').filter(Boolean));
      expect({ line, ...ending }).toMatchObject({ line, exitCode, stderr: expect.stringMatching(words) as string });
    }
  }, 240_000);

  it('says who may change a cluster, and ends with 1, for a user who may not', async () => {
    for (const line of ['up', 'down --name cli', 'node add --name cli', 'down --ignore-not-found'])
      expect({ line, ...(await user.skiffAsNobody(...line.split(' '))) }).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^skiff: .*must be root/) as string,
      });
  });

  it('takes away what it has started when its user ends it', async () => {
    const before = user.traces().length;
    const ending = await user.interrupted(/certificates and configuration/, 'up', '--name', 'late');
    expect(ending).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('Nothing of it is left') as string });
    expect(user.traces()).toHaveLength(before);
  }, 60_000);

  it('leaves nothing of a cluster that does not start, and tells why', async () => {
    const before = user.traces().length;
    const late = await user.skiff('up', '--name', 'late', '--wait', '10ms');
    expect(late).toMatchObject({ exitCode: 1 });
    expect(late.stderr).toMatch(/cluster "late" did not start: it is not ready after 0.01 s.*\nNothing of it is left/);
    const unsettled = await user.skiff('up', '--name', 'late', '--config', 'unsettled.yaml', '--nodes', '1');
    expect(unsettled.stderr).toMatch(/api-server cannot be started as it is configured\n[^]*expected one of debug/);
    expect(user.traces()).toHaveLength(before);
  }, 90_000);

  it('shows clusters, processes and nodes to people and to scripts', async () => {
    expect(await user.does('list')).toMatch(/^NAME +STATUS +NODES +STORE +SERVER\ncli +running +1 +embedded +https:/);
    expect(await user.does('status', '--name', 'cli')).toMatch(
      /api-server +running, pid \d+[^]*node cli-node-1 +Ready/,
    );
    expect(JSON.parse(await user.does('status', '--name', 'cli', '-o', 'json'))).toMatchObject({
      name: 'cli',
      status: 'running',
      nodes: [{ name: 'cli-node-1', ready: true }],
    });
    expect(JSON.parse(await user.does('node', 'list', '--name', 'cli', '-o', 'json'))).toHaveLength(1);
    expect((await user.does('__complete', '--', 'logs', '--name', 'cli', 'sch')).trim()).toBe('scheduler');
  }, 60_000);

  it('adds a node, loads a folder on all, gives a shell, and removes the node', async () => {
    await user.does('node', 'add', '--name', 'cli', 'second', '--label', 'disk=tape', '--wait', '3m');
    expect(user.kubectl('cli', 'get', 'node', 'second', '-o', 'jsonpath={.metadata.labels.disk}')).toBe('tape');
    const exported = join(user.folder, 'exported.tar');
    await user.does('shell', 'cli-node-1', '--name', 'cli', '--', 'ctr', 'images', 'export', exported, image);
    mkdirSync(join(user.folder, 'layout'));
    spawnSync('tar', ['-xf', exported, '-C', join(user.folder, 'layout')]);
    expect(await user.does('load', '--name', 'cli', 'layout')).toBe(`${image} is on 2 nodes\n`);
    expect(await user.skiff('shell', 'second', '--name', 'cli', '--', 'false')).toMatchObject({ exitCode: 1 });
    const killed = await user.skiff('shell', 'second', '--name', 'cli', '--', 'sh', '-c', 'kill -9 $$');
    expect(killed).toMatchObject({ exitCode: 137 });
    expect(await user.does('node', 'remove', '--name', 'cli', 'second')).toBe('Node "second" is gone.\n');
    expect(user.kubectl('cli', 'get', 'nodes', '-o', 'name')).toBe('node/cli-node-1\n');
  }, 120_000);

  it('runs the commands of tutorials in the image of the examples', async () => {
    const serve = 'echo hello >/tmp/index.html; exec httpd -f -p 8080 -h /tmp';
    user.kubectl('cli', 'run', 'web', `--image=${image}`, '--port=8080', '--', 'sh', '-c', serve);
    user.kubectl('cli', 'expose', 'pod', 'web', '--name=hello', '--port=80', '--target-port=8080');
    user.kubectl('cli', 'wait', 'pod/web', '--for=condition=Ready', '--timeout=60s');
    const inPod = (command: string): string => user.kubectl('cli', 'exec', 'web', '--', 'sh', '-c', command);
    await eventually(() => expect(inPod('wget -qO- http://hello')).toBe('hello\n'));
    expect(inPod('nslookup hello.default.svc.cluster.local')).toMatch(/Address:? *\d*:? *10\.60\.\d+\.\d+/);
    expect(inPod('printf "GET / HTTP/1.0\\r\\n\\r\\n" | nc hello 80')).toContain('hello');
  }, 90_000);

  it('puts its cluster into the kubeconfig of the user, and down takes it out and leaves nothing', async () => {
    const file = join(user.home, '.kube/config');
    expect(await user.does('kubeconfig', '--name', 'cli', '--merge')).toContain('The context "skiff-cli" is in');
    expect(readFileSync(file, 'utf8')).toContain('current-context: skiff-cli');
    await Promise.all([user.does('down', '--name', 'cli'), user.does('down', '--name', 'other')]);
    // Nothing else was in it.
    expect(existsSync(file)).toBe(false);
    expect(user.traces()).toEqual([]);
    expect(existsSync(join(user.folder, 'skiff/clusters/cli'))).toBe(false);
    expect(await user.skiff('down', '--name', 'cli')).toMatchObject({ exitCode: 1 });
  }, 90_000);
});
