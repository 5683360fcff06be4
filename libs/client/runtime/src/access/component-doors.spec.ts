import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { credentials, status as codes } from '@grpc/grpc-js';
import type { ApiObject } from '@skiff/apimachinery';
import { grpchealthv1, grpcreflectionv1, type authorizationv1, type Kind } from '@skiff/contracts';
import { createGrpcServer, serveGrpc, serveMetrics, serverCredentials, systemClock } from '@skiff/platform';
import { Registry } from 'prom-client';
import { componentDoors } from './component-doors';

/** An API server by which only monitor may get /metrics. */
const client = {
  create<T extends ApiObject, R extends ApiObject = T>(_kind: Kind<T>, object: T): Promise<R> {
    const { spec } = object as unknown as authorizationv1.SubjectAccessReview;
    const { path, verb } = spec?.nonResourceAttributes ?? {};
    const allowed = spec?.user === 'monitor' && path === '/metrics' && verb === 'get';
    return Promise.resolve({ ...object, status: { allowed } } as unknown as R);
  },
};

describe('The doors of a component', () => {
  const stop = new AbortController();
  let directory: string;
  let metricsPort: number;
  let target: string;
  const file = (name: string): string => join(directory, name);
  const pem = (name: string): Buffer => readFileSync(file(name));
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  const issue = (name: string, subject: string): void => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
    const from = name === 'ca' ? [] : ['-CA', 'ca.crt', '-CAkey', 'ca.key'];
    openssl(
      'req',
      '-x509',
      '-new',
      ...key,
      ...from,
      '-subj',
      subject,
      '-out',
      `${name}.crt`,
      '-addext',
      'subjectAltName=DNS:localhost',
    );
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'component-doors-'));
    issue('ca', '/CN=ca');
    issue('serving', '/CN=localhost');
    issue('monitor', '/CN=monitor');
    issue('jane', '/CN=jane');
    issue('admin', '/O=system:masters/CN=admin');
    const doors = componentDoors({
      servingCertFile: file('serving.crt'),
      servingKeyFile: file('serving.key'),
      caFile: file('ca.crt'),
      client,
      clock: systemClock,
    });
    const options = { address: '127.0.0.1:0', registry: new Registry(), health: () => undefined };
    metricsPort = (await serveMetrics({ ...options, ...doors.metrics }, stop.signal)) ?? 0;
    const { server } = createGrpcServer({ interceptors: doors.calls.guard ? [doors.calls.guard] : [] });
    target = `localhost:${await serveGrpc(server, '127.0.0.1:0', serverCredentials(doors.calls.tls), stop.signal)}`;
  });
  afterAll(async () => {
    stop.abort(new Error('the test is over'));
    await rm(directory, { recursive: true });
  });

  const get = (path: string, name?: string): Promise<[number | undefined, string]> =>
    new Promise((resolve, reject) => {
      const shown = name ? { cert: pem(`${name}.crt`), key: pem(`${name}.key`) } : {};
      const options = {
        host: 'localhost',
        family: 4,
        port: metricsPort,
        path,
        ca: pem('ca.crt'),
        agent: false,
        ...shown,
      };
      request(options, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve([response.statusCode, body]));
      })
        .on('error', reject)
        .end();
    });

  it('let everybody ask for health', async () => {
    expect(await get('/healthz')).toEqual([200, 'ok']);
    const health = new grpchealthv1.HealthClient(target, credentials.createSsl(pem('ca.crt')));
    const code = await new Promise((resolve) => health.check({}, (error) => resolve(error ? error.code : codes.OK)));
    health.close();
    expect(code).toBe(codes.OK);
  });

  it('let those get metrics who may', async () => {
    expect((await get('/metrics', 'monitor'))[0]).toBe(200);
    expect((await get('/metrics', 'admin'))[0]).toBe(200);
    expect(await get('/metrics')).toEqual([401, 'Unauthorized\n']);
    expect(await get('/metrics', 'jane')).toEqual([403, 'Forbidden (user=jane, verb=get, path=/metrics)\n']);
    expect((await get('/other', 'monitor'))[0]).toBe(403);
  });

  it.each([
    ['jane', codes.PERMISSION_DENIED],
    ['admin', codes.OK],
    [undefined, codes.UNAUTHENTICATED],
  ])('answer %s about the services with %i', async (name, expected) => {
    const shown = name ? ([pem(`${name}.key`), pem(`${name}.crt`)] as const) : [];
    const reflection = new grpcreflectionv1.ServerReflectionClient(
      target,
      credentials.createSsl(pem('ca.crt'), ...shown),
    );
    const call = reflection.serverReflectionInfo();
    const ended = new Promise<number>((resolve) => {
      call.on('error', (error: Error & { code: number }) => resolve(error.code));
      call.on('status', ({ code }: { code: number }) => resolve(code));
      call.on('data', () => undefined);
    });
    call.write({ listServices: '' });
    call.end();
    expect(await ended).toBe(expected);
    reflection.close();
  });

  it('are open in plain text without a certificate', () => {
    const nothing = { servingCertFile: '', servingKeyFile: '', caFile: '', client, clock: systemClock };
    expect(componentDoors(nothing)).toEqual({ calls: {}, metrics: {} });
  });
});
