import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { authenticationv1 } from '@skiff/contracts';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { repositoryPath, TestCluster } from './support/cluster';
import { execute } from './support/execute';
import { provideImage } from './support/images';

/** Debian's own, for which its packages are. */
const python = '/usr/bin/python3';

describe('a client in Python, made from proto/ alone', () => {
  const cluster = TestCluster.shared();
  const { apiPort } = cluster;
  const pki = join(cluster.root, 'pki');
  let folder: string;

  const run = async (program: string, env: Record<string, string> = {}): Promise<string[]> => {
    const settings = { SKIFF_API: `127.0.0.1:${apiPort}`, SKIFF_PKI: pki, PYTHONPATH: folder, ...env };
    return (await execute(python, [program], { env: settings })).stdout.trim().split('\n');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skiff-python-'));
    const proto = repositoryPath('proto');
    const files = readdirSync(proto, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.proto'));
    const plugin = '--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin';
    const outputs = [`--python_out=${folder}`, `--grpc_python_out=${folder}`];
    execFileSync('protoc', [`-I${proto}`, ...outputs, plugin, ...files], { stdio: 'pipe' });
    await provideImage(cluster, 'busybox');
  }, 90_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('does what the documentation shows', async () => {
    const page = readFileSync(repositoryPath('docs/grpc.md'), 'utf8');
    const pieces = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, piece = '']) => piece);
    const program = join(folder, 'page.py');
    writeFileSync(program, pieces.join('\n'));
    expect(await run(program)).toEqual([
      expect.stringMatching(/^created [0-9a-f-]{36}$/),
      'available 1',
      'scaled',
      'scaled down',
      "exec (b'typed', 3)",
      'deleted',
      'gone: NOT_FOUND NotFound',
      'by its service account: PERMISSION_DENIED Forbidden',
      'by nobody: UNAUTHENTICATED Unauthorized',
    ]);
  }, 90_000);

  it('is told what it does wrong, and does no harm', async () => {
    const [key, certificate] = [join(folder, 'stranger.key'), join(folder, 'stranger.crt')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/O=system:masters/CN=stranger'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    const shown = await run(repositoryPath('apps/e2e/src/fixtures/grpc_errors.py'), {
      STRANGER_KEY: key,
      STRANGER_CERTIFICATE: certificate,
      EXPIRED_TOKEN: await expiredToken(),
    });
    const methods = 'Get List Watch Create Update Patch Delete DeleteCollection BindPods Write Exec'.split(' ');
    expect(shown).toEqual([
      'strange certificate: UNAUTHENTICATED 401 Unauthorized',
      'expired token: UNAUTHENTICATED 401 Unauthorized',
      'forged token: UNAUTHENTICATED 401 Unauthorized',
      ...methods.map((method) => `garbage for ${method}: INVALID_ARGUMENT 400 BadRequest`),
      'exec without a start: INVALID_ARGUMENT 400 BadRequest',
      'nothing at all: NOT_FOUND 404 NotFound',
      'no object: INVALID_ARGUMENT 400 BadRequest',
      'too much: RESOURCE_EXHAUSTED 413 RequestEntityTooLarge',
      'no such method: UNIMPLEMENTED 501 MethodNotAllowed',
      'no such service: UNIMPLEMENTED 501 MethodNotAllowed',
      'no such user: PERMISSION_DENIED 403 Forbidden',
      'still there: OK',
    ]);
  }, 60_000);

  /** A token that was good an hour ago. */
  async function expiredToken(): Promise<string> {
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const answer = await cluster.kubectlInput(body, 'create', '--raw', path, '-f', '-');
    const { token = '' } = (JSON.parse(answer) as authenticationv1.TokenRequest).status ?? {};
    const { alg = '', kid = '' } = decodeProtectedHeader(token);
    const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
    const claims = { ...decodeJwt(token), iat: hourAgo - 600, nbf: hourAgo - 600, exp: hourAgo };
    const key = createPrivateKey(readFileSync(join(pki, 'service-account.key')));
    return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
  }
});
