import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@skiff/pki';
import { ConfigError, InformationRequest, loadConfig, pairProblems, type ConfigOf } from './config';
import {
  address,
  choice,
  certificates,
  cidr,
  duration,
  file as fileSetting,
  flag,
  fraction,
  folderAlias,
  hostPort,
  integer,
  list,
  needed,
  positive,
  privateKey,
  text,
  url,
  type Setting,
} from './settings';

const settings = {
  nodeName: text('The name of the node.', 'node', 'name'),
  port: integer('Where to listen.', 10250, { min: 1, max: 65_535 }),
  leaderElect: flag('Whether to wait for leadership.', true),
  share: fraction('How much.', 0.5),
  period: duration('How often.', 10_000),
  store: choice('Which store.', ['embedded', 'etcd'], 'embedded'),
  endpoints: list('Where etcd is.'),
};

describe('the configuration of a service', () => {
  const directory = mkdtempSync(join(tmpdir(), 'skiff-config-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const load = (argv: string[], env: Record<string, string> = {}): ConfigOf<typeof settings> =>
    loadConfig(settings, { app: 'kubelet', description: 'Runs pods.', version: '1.2.3', argv, env });
  const file = (content: string): string => {
    const path = join(directory, 'config.yaml');
    writeFileSync(path, content);
    return path;
  };
  const problems = (argv: string[], env: Record<string, string> = {}): readonly string[] => {
    try {
      load(argv, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
    }
    return [];
  };

  it('is frozen, with defaults for what is not given', () => {
    const config = load([]);
    expect(config).toEqual({
      nodeName: 'node',
      port: 10250,
      leaderElect: true,
      share: 0.5,
      period: 10_000,
      store: 'embedded',
      endpoints: [],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads every kind of flag', () => {
    const argv = ['--node-name', 'a', '--port=1', '--leader-elect=false', '--share', '1', '--period', '1.5s'];
    expect(load([...argv, '--store', 'etcd', '--endpoints', 'a:1, b:2'])).toEqual({
      nodeName: 'a',
      port: 1,
      leaderElect: false,
      share: 1,
      period: 1500,
      store: 'etcd',
      endpoints: ['a:1', 'b:2'],
    });
    expect(load(['--leader-elect']).leaderElect).toBe(true);
  });

  it('lets a flag win over the environment, and that over the file', () => {
    const path = file('port: 1\nnodeName: file\nendpoints: [a, b]\nleaderElect: false\n');
    const env = { SKIFF_KUBELET_CONFIG: path, SKIFF_KUBELET_PORT: '2', SKIFF_KUBELET_NODE_NAME: 'environment' };
    expect(load(['--port', '3'], env)).toMatchObject({
      port: 3,
      nodeName: 'environment',
      endpoints: ['a', 'b'],
      leaderElect: false,
    });
  });

  it('tells everything that is wrong at once, and where it was said', () => {
    const path = file('period: soon\ncolour: red\n');
    expect(
      problems(['--port', '0', '--colour=red', '--config', path, '--store', 'redis'], { SKIFF_KUBELET_SHARE: '2' }),
    ).toEqual([
      '--colour=red: unknown flag; --help lists them',
      `${path}: unknown setting "colour"`,
      '--port: expected a whole number from 1 to 65535, not "0"',
      'SKIFF_KUBELET_SHARE: expected a number from 0 to 1, not "2"',
      'period in the configuration file: expected a duration such as 500ms, 10s or 2m, not "soon"',
      '--store: expected one of embedded, etcd, not "redis"',
    ]);
    expect(problems(['--port'])).toEqual(['--port: a value is missing']);
    expect(problems(['--config', '/no/such/file'])[0]).toMatch(/^\/no\/such\/file: .*ENOENT/);
    expect(problems(['--leader-elect=maybe'])).toEqual(['--leader-elect: expected true or false, not "maybe"']);
  });

  it('explains itself', () => {
    expect(() => load(['--version'])).toThrow(new InformationRequest('1.2.3'));
    expect(() => load(['--help'])).toThrow(
      /--port <number>\n {6}Where to listen. \(default 10250\)\n {6}SKIFF_KUBELET_PORT/,
    );
  });

  it.each<[string, Setting<unknown>, string[], string[], string]>([
    ['a file', fileSetting('f'), [__filename, ''], ['/no/such/file', __dirname], 'a file that can be read'],
    [
      'a listener',
      hostPort('h'),
      ['127.0.0.1:80', ':9090', '[::1]:6443', 'api-server:6443', ''],
      ['127.0.0.1', 'host:http', 'host:99999', '::1:80', 'http://a:80'],
      'an address as host:port',
    ],
    ['an address', address('a'), ['10.0.0.1', 'fd00::1'], ['10.0.0', 'host'], 'an IP address'],
    [
      'a range',
      cidr('c'),
      ['10.0.0.0/16', 'fd00::/64'],
      ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8/8', 'x/8'],
      'a range of addresses such as 10.0.0.0/16',
    ],
    [
      'a URL',
      url('u'),
      ['https://a.b:1/c'],
      ['a.b:1', 'ftp://a', 'http://'],
      'a URL that begins with http:// or https://',
    ],
    [
      'a folder that is elsewhere',
      folderAlias('f'),
      ['/var/lib/kubelet=/srv/one'],
      ['/var/lib/kubelet', 'a=/b', '/a=b', '/a=/b=/c', '/a/=/b'],
      'two absolute paths as seen=real',
    ],
    ['a rate', positive('r', 1), ['0.5'], ['0', '-1', '', 'fast'], 'a number above 0'],
    ['addresses', list('l', [], address), ['10.0.0.1, fd00::1', ''], ['10.0.0.1,x'], 'an IP address'],
  ])('takes %s for what it is', (_, setting, right, wrong, expected) => {
    for (const value of right) expect(() => setting.parse(value)).not.toThrow();
    for (const value of wrong) expect(() => setting.parse(value)).toThrow(`expected ${expected}`);
  });

  it('looks into files of certificates and keys', async () => {
    const { pair } = await createAuthority('test', Date.now());
    const path = file(pair.certificate);
    expect(certificates('c').parse(path)).toBe(path);
    expect(() => privateKey('k').parse(path)).toThrow('expected a file with a private key (PEM)');
    file(pair.key);
    expect(privateKey('k').parse(path)).toBe(path);
    expect(() => certificates('c').parse(path)).toThrow('expected a file with certificates (PEM)');
    expect(() => certificates('c').parse('/no/such/file')).toThrow('expected a file with certificates (PEM)');
  });

  it('tells what is missing, and what is wrong with settings together, beside all else', () => {
    const pair = {
      certFile: needed(fileSetting('c'), 'to be known'),
      nodeIp: needed(list('n')),
      tlsCertFile: fileSetting('t'),
      tlsKeyFile: fileSetting('k'),
      port: integer('p', 1, { min: 1 }),
    };
    const argv = ['--tls-cert-file', __filename, '--port', '0'];
    const read = (): unknown =>
      loadConfig(pair, { app: 'a', description: '', version: '', argv, env: {} }, (config) => [
        ...pairProblems(config, ['tlsCertFile', 'tlsKeyFile']),
        ...(config.port === 1 ? ['the port is the default'] : []),
      ]);
    expect(read).toThrow(
      new ConfigError([
        '--cert-file is needed to be known',
        '--node-ip is needed',
        `--port: expected a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not "0"`,
        '--tls-key-file is needed with --tls-cert-file',
        'the port is the default',
      ]),
    );
  });
});
