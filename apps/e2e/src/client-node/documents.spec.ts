import { join } from 'node:path';
import type { authenticationv1 } from '@skiff/contracts';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { busyboxDeployment, Sandbox } from '../kubectl/support';
import { execute, type Output } from '../support/execute';
import { kubectlSince } from '../support/kubectl';

describe('the documents by which others know the API server', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.create('documents');
  }, 120_000);
  afterAll(() => sandbox.remove(), 90_000);

  describe('OpenAPI', () => {
    /** Runs kubectl, with what it asked the server for in its output of errors. */
    const traced = (input: string, ...args: string[]): Promise<Output> =>
      execute('kubectl', ['-n', sandbox.namespace, '-v=6', ...args], {
        env: { KUBECONFIG: sandbox.cluster.kubeconfig },
        input,
      });

    /** Clients before 1.27 know version 2 alone. */
    const readsVersion3 = kubectlSince(27);

    it('is what kubectl validates and patches by', async () => {
      const manifest = (image: string): string => {
        const deployment = JSON.stringify(busyboxDeployment('web', 0, { A: image }));
        return deployment.replace('docker.io/library/busybox:1.29', image);
      };
      await traced(manifest('one'), 'apply', '-f', '-');
      const { stdout, stderr } = await traced(manifest('two'), 'apply', '-f', '-');
      expect(stdout).toBe('deployment.apps/web configured\n');
      const read = /GET \S+(\/openapi\/v2|\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}&)/g;
      const documents = [...stderr.matchAll(read)].map(([, path = '']) => path.split('/')[2]);
      expect(new Set(documents)).toEqual(new Set([readsVersion3 ? 'v3' : 'v2']));
    });

    it('of version 2 validates lists, which have no other schema', async () => {
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' } };
      const list = { apiVersion: 'v1', kind: 'List', items: [map] };
      expect((await traced(JSON.stringify(list), 'apply', '-f', '-')).stdout).toBe('configmap/listed created\n');
      const wrong = JSON.stringify({ ...list, items: [{ ...map, date: {} }] });
      await expect(traced(wrong, 'apply', '-f', '-')).rejects.toThrow(
        'ValidationError(ConfigMap): unknown field "date" in io.k8s.api.core.v1.ConfigMap',
      );
    });

    it('explains every field of a kind', async () => {
      const fields = await sandbox.kubectl('explain', 'pod.spec.containers', '--recursive');
      expect(fields).toMatch(
        readsVersion3
          ? /^KIND: {7}Pod\nVERSION: {4}v1\n\nFIELD: containers <\[\]Container>\n/
          : /^KIND: {5}Pod\nVERSION: {2}v1\n\nRESOURCE: containers <\[\]Object>\n/,
      );
      expect(fields).toMatch(
        readsVersion3
          ? / {2}livenessProbe\t<Probe>\n {4}exec\t<ExecAction>\n {6}command\t<\[\]string>\n/
          : / {3}livenessProbe\t<Object>\n {6}exec\t<Object>\n {9}command\t<\[\]string>\n/,
      );
    });

    it('has a field refused that the server does not know', async () => {
      const manifest = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"date":{}}';
      await expect(traced(manifest, 'apply', '-f', '-')).rejects.toThrow(
        readsVersion3
          ? 'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "date"'
          : 'ValidationError(ConfigMap): unknown field "date" in io.k8s.api.core.v1.ConfigMap',
      );
    });
  });

  describe('OpenID Connect', () => {
    let ask: (path: string, token: string) => Promise<string>;

    beforeAll(() => {
      const { root } = sandbox.cluster;
      const { apiPort } = sandbox.cluster;
      const server = ['--server', `https://127.0.0.1:${apiPort}`, '--certificate-authority', join(root, 'pki/ca.crt')];
      ask = async (path, token) => {
        const args = ['--kubeconfig=/dev/null', ...server, '--token', token, 'get', '--raw', path];
        return (await execute('kubectl', args, { env: { KUBECONFIG: '/dev/null' }, input: '' })).stdout;
      };
    });

    // Clients before 1.24 do not have the command.
    (kubectlSince(24) ? it : it.skip)('is shown by the tokens that kubectl creates', async () => {
      const token = (await sandbox.kubectl('create', 'token', 'default', '--duration=20m')).trim();
      const { iat = 0, exp = 0, sub } = decodeJwt(token);
      expect({ seconds: exp - iat, sub }).toEqual({
        seconds: 1_200,
        sub: `system:serviceaccount:${sandbox.namespace}:default`,
      });
    });

    it('lets service accounts, and nobody unknown, verify the tokens of service accounts', async () => {
      const path = `/api/v1/namespaces/${sandbox.namespace}/serviceaccounts/default/token`;
      const request = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
      const answer = await sandbox.cluster.kubectlInput(request, 'create', '--raw', path, '-f', '-');
      const { token = '' } = (JSON.parse(answer) as authenticationv1.TokenRequest).status ?? {};
      const { issuer, jwks_uri: uri } = JSON.parse(await ask('/.well-known/openid-configuration', token)) as {
        issuer: string;
        jwks_uri: string;
      };
      expect(issuer).toBe('https://kubernetes.default.svc.cluster.local');
      const keys = JSON.parse(await ask(new URL(uri).pathname, token)) as JSONWebKeySet;
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer, audience: issuer });
      expect(payload.sub).toBe(`system:serviceaccount:${sandbox.namespace}:default`);
      await expect(jwtVerify(`${token}x`, createLocalJWKSet(keys), { issuer })).rejects.toThrow('signature');
      const anonymous = ['--as=system:anonymous', '--as-group=system:unauthenticated'];
      await expect(sandbox.cluster.kubectl(...anonymous, 'get', '--raw', '/openid/v1/jwks')).rejects.toThrow(
        'forbidden: User "system:anonymous" cannot get path "/openid/v1/jwks"',
      );
    });
  });
});
