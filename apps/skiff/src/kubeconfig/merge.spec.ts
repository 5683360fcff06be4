import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderKubeconfig } from '@skiff/pki';
import { parse } from 'yaml';
import { mergeInto, takeOutOf } from './merge';

describe('a kubeconfig with several clusters', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skiff-kubeconfig-'));
    file = join(folder, 'kube', 'config');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const own = (certificateAuthority = 'ca'): string =>
    renderKubeconfig({
      clusterName: 'dev',
      server: 'https://127.0.0.1:6443',
      certificateAuthority,
      credentials: { certificate: 'c', key: 'k' },
    });
  const theirs = `# mine
apiVersion: v1
kind: Config
clusters:
  - name: prod # do not touch
    cluster: { server: https://prod }
contexts:
  - name: dev
    context: { cluster: prod, user: me }
users: []
current-context: dev
`;

  it('is made where there is none, for its owner alone', () => {
    mergeInto(file, 'dev', own());
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'skiff-dev', cluster: { server: 'https://127.0.0.1:6443' } }],
      users: [{ name: 'skiff-dev', user: { 'client-key-data': 'aw==' } }],
      contexts: [{ name: 'skiff-dev', context: { cluster: 'skiff-dev', user: 'skiff-dev' } }],
      'current-context': 'skiff-dev',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.lock`)).toBe(false);
    expect(takeOutOf(file, 'dev', own())).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('keeps what is not ours, as it is written, and has a cluster once however often it is merged', () => {
    mergeInto(file, 'other', own());
    writeFileSync(file, theirs);
    for (let time = 0; time < 2; time += 1) mergeInto(file, 'dev', own());
    const merged = readFileSync(file, 'utf8');
    expect(merged.match(/name: skiff-dev/g)).toHaveLength(3);
    expect(merged).toContain('# mine');
    expect(takeOutOf(file, 'dev', own())).toBe(true);
    const after = readFileSync(file, 'utf8');
    expect(after).toContain('- name: prod # do not touch');
    expect(parse(after)).toEqual({ ...(parse(theirs) as object), 'current-context': '' });
    expect(takeOutOf(file, 'dev', own())).toBe(false);
  });

  it('keeps a cluster of that name which is another', () => {
    mergeInto(file, 'dev', own('another'));
    expect(takeOutOf(file, 'dev', own())).toBe(false);
    expect(readFileSync(file, 'utf8')).toContain('skiff-dev');
    expect(takeOutOf(join(folder, 'none'), 'dev', own())).toBe(false);
  });

  it('that cannot be read, or that somebody changes, stays as it is', () => {
    mergeInto(file, 'dev', own());
    writeFileSync(file, 'a: [');
    expect(() => mergeInto(file, 'dev', own())).toThrow(`${file} is no kubeconfig, and stays as it is`);
    expect(readFileSync(file, 'utf8')).toBe('a: [');
    const list = 'kind: List\nitems: []\n';
    writeFileSync(file, list);
    expect(() => mergeInto(file, 'dev', own())).toThrow(`${file} is no kubeconfig, and stays as it is`);
    expect(readFileSync(file, 'utf8')).toBe(list);
    writeFileSync(`${file}.lock`, '');
    expect(() => mergeInto(file, 'dev', own())).toThrow(`another program changes ${file}`);
  });
});
