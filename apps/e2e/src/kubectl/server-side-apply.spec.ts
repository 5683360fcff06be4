import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { execute } from '../support/execute';
import { busyboxDeployment, Sandbox } from './support';

describe('applying on the server’s side with kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-apply-'));
  let sandbox: Sandbox;

  const kubectl = (...args: string[]): Promise<string> => sandbox.kubectl(...args);
  const serverSide = (object: object, ...args: string[]): Promise<string> =>
    sandbox.cluster.kubectlInput(
      JSON.stringify(object),
      ...['-n', sandbox.namespace, 'apply', '--server-side', '-f', '-', ...args],
    );
  const map = (data: Record<string, string>, name = 'shared'): object => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
    data,
  });
  const owners = async (name: string): Promise<Record<string, unknown>> => {
    const { metadata } = JSON.parse(
      await kubectl('get', 'configmap', name, '-o', 'json', '--show-managed-fields'),
    ) as corev1.ConfigMap;
    return Object.fromEntries(metadata?.managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]) ?? []);
  };

  beforeAll(async () => {
    sandbox = await Sandbox.create('kubectl-server-side');
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.remove();
  }, 90_000);

  it('creates, changes, shares and gives up', async () => {
    const { namespace } = sandbox;
    expect(await serverSide(map({ a: '1' }), '--field-manager=one')).toBe('configmap/shared serverside-applied\n');
    await serverSide(map({ a: '1', b: '2' }), '--field-manager=two');
    await expect(serverSide(map({ a: '3' }), '--field-manager=three')).rejects.toThrow(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\nconflicts with "two":\n- .data.a',
    );
    await serverSide(map({ a: '3' }), '--field-manager=three', '--force-conflicts');
    expect(await owners('shared')).toEqual({
      two: { 'f:data': { 'f:b': {} } },
      three: { 'f:data': { 'f:a': {} } },
    });
    await serverSide(map({}), '--field-manager=two');
    expect(await kubectl('get', 'configmap', 'shared', '-o', 'jsonpath={.data}')).toBe('{"a":"3"}');
    expect(namespace).toBe('kubectl-server-side');
  });

  it('tells the difference that it would make, and makes none', async () => {
    await serverSide(map({ a: '1' }, 'compared'));
    const file = join(folder, 'compared.json');
    writeFileSync(file, JSON.stringify(map({ a: '2' }, 'compared')));
    const diff = kubectl('diff', '--server-side', '-f', file);
    await expect(diff).rejects.toThrow(/-\s+a: "1"\n\+\s+a: "2"/);
    expect(await kubectl('get', 'configmap', 'compared', '-o', 'jsonpath={.data.a}')).toBe('1');
    writeFileSync(file, JSON.stringify(map({ a: '1' }, 'compared')));
    expect(await kubectl('diff', '--server-side', '-f', file)).toBe('');
  });

  it('takes over what kubectl applied from its own side, and edits what others applied', async () => {
    await sandbox.apply(map({ a: '1', b: '1' }, 'moved'));
    await serverSide(map({ a: '2', b: '1' }, 'moved'));
    expect(Object.keys(await owners('moved'))).toContain('kubectl');
    expect(await kubectl('apply', 'view-last-applied', 'configmap', 'moved')).toContain('a: "2"');
    await execute('kubectl', ['-n', sandbox.namespace, 'edit', 'configmap', 'moved'], {
      env: { KUBECONFIG: sandbox.cluster.kubeconfig, EDITOR: 'sed -i \'s/b: "1"/b: "9"/\'' },
    });
    await expect(serverSide(map({ a: '2', b: '1' }, 'moved'))).rejects.toThrow(
      'conflict with "kubectl-edit" using v1: .data.b',
    );
  });

  it('leaves the replicas to whoever scales', async () => {
    await serverSide(busyboxDeployment('scaled', 1));
    await kubectl('scale', 'deployment', 'scaled', '--replicas=0');
    await expect(serverSide(busyboxDeployment('scaled', 1))).rejects.toThrow(
      'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    await serverSide(busyboxDeployment('scaled', 1), '--dry-run=server', '--force-conflicts');
    expect(await kubectl('get', 'deployment', 'scaled', '-o', 'jsonpath={.spec.replicas}')).toBe('0');
  });
});
