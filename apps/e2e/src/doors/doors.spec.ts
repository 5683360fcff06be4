import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { busyboxPod, Sandbox } from '../kubectl/support';
import { eventually } from '../support/execute';
import { execAtNode } from './node-door';

describe('The doors of a cluster', () => {
  let sandbox: Sandbox;
  let token: string;
  const at = (shown: { certificate?: string; token?: string }): Promise<string> =>
    execAtNode(sandbox.cluster, 'inner', 'doors', shown);

  beforeAll(async () => {
    sandbox = await Sandbox.create('doors');
    await sandbox.kubectl('create', 'serviceaccount', 'caller');
    await sandbox.kubectl('create', 'secret', 'generic', 'late', '--from-literal=word=opened');
    await sandbox.apply(busyboxPod('inner'));
    await sandbox.kubectl('wait', 'pod/inner', '--for=condition=Ready', '--timeout=60s');
    token = (await sandbox.kubectl('create', 'token', 'caller')).trim();
  }, 180_000);
  afterAll(async () => {
    await sandbox.cluster.kubectl('delete', 'clusterrolebinding', 'doors', '--ignore-not-found');
    await sandbox.remove();
  }, 90_000);

  it.each(['proxy', 'dns', 'traces', 'scheduler', 'controller-manager', 'kubelet-e2e-node-1', 'kubelet-e2e-node-2'])(
    'let %s into no container',
    async (certificate) => {
      expect(await at({ certificate })).toBe('PERMISSION_DENIED');
    },
  );

  it('let the API server and the administrator into containers', async () => {
    expect(await at({ certificate: 'api-server-kubelet-client' })).toBe('inside');
    expect(await at({ certificate: 'admin' })).toBe('inside');
  });

  it('let nobody in whom the cluster does not know', async () => {
    expect(await at({})).toBe('UNAUTHENTICATED');
    expect(await at({ token: 'made-up' })).toBe('UNAUTHENTICATED');
  });

  it('let the bearer of a token in once the token may', async () => {
    expect(await at({ token })).toBe('PERMISSION_DENIED');
    const role = '--clusterrole=system:kubelet-api-admin';
    await sandbox.cluster.kubectl('create', 'clusterrolebinding', 'doors', role, '--serviceaccount=doors:other');
    await sandbox.kubectl('create', 'serviceaccount', 'other');
    const other = (await sandbox.kubectl('create', 'token', 'other')).trim();
    expect(await at({ token: other })).toBe('inside');
  });

  it.each(['schedulerMetrics', 'controllerManagerMetrics'] as const)('tell %s to who may know', async (name) => {
    expect(await metrics(name, '/healthz')).toBe(200);
    expect(await metrics(name, '/metrics')).toBe(401);
    expect(await metrics(name, '/metrics', token)).toBe(403);
  });

  it('give a node the Secret that an ephemeral container of its pod refers to', async () => {
    const env = [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'late', key: 'word' } } }];
    const command = ['sh', '-c', 'echo the door has $WORD'];
    const ephemeralContainers = [{ name: 'debug', image: 'docker.io/library/busybox:1.29', command, env }];
    const patch = JSON.stringify({ spec: { ephemeralContainers } });
    await sandbox.kubectl('patch', 'pod', 'inner', '--subresource=ephemeralcontainers', '-p', patch);
    await eventually(async () =>
      expect(await sandbox.kubectl('logs', 'inner', '-c', 'debug')).toBe('the door has opened\n'),
    );
  }, 60_000);

  /** The status of the answer to who shows a token, or nothing. */
  function metrics(
    port: 'schedulerMetrics' | 'controllerManagerMetrics',
    path: string,
    bearer?: string,
  ): Promise<number | undefined> {
    const { root } = sandbox.cluster;
    const { basePort } = JSON.parse(readFileSync(join(root, 'cluster.json'), 'utf8')) as { basePort: number };
    const offset = { schedulerMetrics: 3, controllerManagerMetrics: 4 }[port];
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const ca = readFileSync(join(root, 'pki/ca.crt'));
    return new Promise((resolve, reject) =>
      request({ host: '127.0.0.1', port: basePort + offset, path, ca, headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(),
    );
  }
});
