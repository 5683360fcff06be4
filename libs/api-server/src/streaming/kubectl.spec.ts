import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { Kinds, skiffnodev1, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { systemClock, toServiceError } from '@skiff/platform';
import { requireResource } from '@skiff/resources';
import type { AdmissionReader } from '../admission/reader';
import { NodeConnections } from './node-connections';
import { readConnectOptions } from '../request/connect-options';
import { optionsOf } from '../request/testing/options-of';
import { podConnections } from '../subresources/connect';
import { PodStreams } from './pod-streams';
import { refuseUpgrade } from './upgrade';

const pod: corev1.Pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { namespace: 'default', name: 'web', uid: 'u-1' },
  spec: { nodeName: 'one', containers: [{ name: 'c', image: 'x' }] },
  status: { phase: 'Running' },
};

/** A kubelet whose containers are processes of this machine. */
const kubelet: skiffnodev1.NodeServiceServer = {
  logs(call) {
    if (call.request.options?.previous) {
      call.emit(
        'error',
        toServiceError(new StatusError(400, 'BadRequest', 'previous terminated container "c" in pod "web" not found')),
      );
      return;
    }
    for (const line of ['one\n', 'two\n']) call.write({ data: Buffer.from(line) });
    if (!call.request.options?.follow) call.end();
    else
      setTimeout(() => {
        call.write({ data: Buffer.from('three\n') });
        call.end();
      }, 50);
  },
  exec(call) {
    call.once('data', ({ start }: skiffnodev1.ExecRequest) => {
      const [program = '', ...args] = start?.command ?? [];
      const child = spawn(program, args);
      call.on('data', ({ stdin, closeStdin, resize }: skiffnodev1.ExecRequest) => {
        if (stdin) child.stdin.write(stdin);
        if (closeStdin) child.stdin.end();
        if (resize) call.write({ stdout: Buffer.from(`${resize.width}x${resize.height}`) });
      });
      call.on('cancelled', () => child.kill());
      child.stdin.on('error', () => undefined);
      child.stdout.on('data', (stdout: Buffer) => call.write({ stdout }));
      child.stderr.on('data', (stderr: Buffer) => call.write({ stderr }));
      child.on('error', (error) => call.write({ exit: { exitCode: -1, error: error.message } }));
      child.on('close', (exitCode) => {
        if (child.pid) call.write({ exit: { exitCode: exitCode ?? 137, error: '' } });
        call.end();
      });
    });
  },
  attach(call) {
    call.once('data', () => {
      call.write({ stdout: Buffer.from('attached\n') });
      call.write({ exit: { exitCode: 0, error: '' } });
      call.end();
    });
  },
  portForward(call) {
    call.once('data', ({ start }: skiffnodev1.PortForwardRequest) => {
      const socket = connect(start?.port ?? 0, '127.0.0.1');
      call.on('data', ({ data }: skiffnodev1.PortForwardRequest) => data && socket.write(data));
      call.on('end', () => socket.end());
      call.on('cancelled', () => socket.destroy());
      socket.on('data', (data) => call.write({ data }));
      socket.on('end', () => call.end());
      socket.on('error', (error) => call.emit('error', { code: 14, details: error.message }));
    });
  },
  stats: (_, callback) => callback(null, { pods: [] } as never),
};

describe('kubectl through the bridge to a kubelet', () => {
  const grpc = new GrpcServer();
  const folder = mkdtempSync(join(tmpdir(), 'skiff-streams-'));
  let http: Server;
  let nodes: NodeConnections;
  let url: string;

  beforeAll(async () => {
    grpc.addService(skiffnodev1.NodeServiceService, kubelet);
    const port = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const node: corev1.Node = {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
      },
    };
    const get = async (kind: unknown, _: string, name: string) =>
      kind === Kinds.Node ? node : name === 'web' ? pod : undefined;
    const reader = { get, getNewest: get, list: async () => [] } as unknown as AdmissionReader;
    // Here the nodes are on this machine.
    nodes = new NodeConnections(reader, credentials.createInsecure(), (address) => address !== '127.0.0.2');
    const streams = new PodStreams({ reader, nodes, clock: systemClock });
    http = serve(streams);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    nodes.close();
    http.closeAllConnections();
    http.close();
    grpc.forceShutdown();
    rmSync(folder, { recursive: true });
  });

  /** Runs kubectl to its end, with this input. */
  const kubectl = (args: string[], input?: string | Buffer, environment: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(
        'kubectl',
        ['--server', url, '--cache-dir', join(folder, 'cache'), ...args],
        { env: { ...process.env, KUBECONFIG: '/dev/null', ...environment }, maxBuffer: 64 << 20, encoding: 'latin1' },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
      child.stdin?.end(input ?? '');
    });

  const transports: [string, Record<string, string>][] = [
    ['WebSocket', {}],
    ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ];

  describe.each(transports)('over %s', (_, environment) => {
    it('exec carries output, errors and the exit code', async () => {
      const command = ['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'];
      const { code, stdout, stderr } = await kubectl(command, '', environment);
      expect([code, stdout]).toEqual([3, 'out\n']);
      expect(stderr).toBe('err\ncommand terminated with exit code 3\n');
    });

    it('exec carries input until it ends, however much it is', async () => {
      const input = Buffer.alloc(3_000_000, 'skiff ');
      const { code, stdout } = await kubectl(['exec', '-i', 'web', '--', 'md5sum'], input, environment);
      const { createHash } = await import('node:crypto');
      expect([code, stdout]).toEqual([0, `${createHash('md5').update(input).digest('hex')}  -\n`]);
    });

    it('exec carries much output', async () => {
      const { stdout } = await kubectl(['exec', 'web', '--', 'sh', '-c', 'head -c 5000000 /dev/zero'], '', environment);
      expect(stdout).toHaveLength(5_000_000);
    });

    it('cp copies there and back', async () => {
      const [source, target, back] = ['source', 'target', 'back'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      writeFileSync(source, 'content\n');
      await expect(kubectl(['cp', source, `web:${target}`], '', environment)).resolves.toMatchObject({ code: 0 });
      expect(readFileSync(target, 'utf8')).toBe('content\n');
      await expect(kubectl(['cp', `web:${target}`, back], '', environment)).resolves.toMatchObject({ code: 0 });
      expect(readFileSync(back, 'utf8')).toBe('content\n');
    });

    it('attach joins the output', async () => {
      await expect(kubectl(['attach', 'web'], '', environment)).resolves.toMatchObject({
        code: 0,
        stdout: 'attached\n',
      });
    });

    it('port-forward carries connections, one after another and at once', async () => {
      const echo = createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
      await once(echo, 'listening');
      const { port } = echo.address() as AddressInfo;
      const child = spawn(
        'kubectl',
        ['--server', url, '--cache-dir', join(folder, 'cache'), 'port-forward', 'web', `:${port}`],
        {
          env: { ...process.env, KUBECONFIG: '/dev/null', ...environment },
        },
      );
      try {
        const local = await new Promise<number>((resolve, reject) => {
          child.stdout.on('data', (data: Buffer) => {
            const match = /127\.0\.0\.1:(\d+)/.exec(data.toString());
            if (match) resolve(Number(match[1]));
          });
          child.stderr.on('data', (data: Buffer) => reject(new Error(data.toString())));
        });
        const round = (text: string) =>
          new Promise<string>((resolve, reject) => {
            let received = '';
            const socket = connect(local, '127.0.0.1', () => socket.end(text));
            socket.on('data', (data) => (received += data.toString()));
            socket.on('end', () => resolve(received));
            socket.on('error', reject);
          });
        await expect(round('first')).resolves.toBe('first');
        const long = 'x'.repeat(2_000_000);
        await expect(Promise.all([round('a'), round(long), round('b')])).resolves.toEqual(['a', long, 'b']);
      } finally {
        child.kill();
        echo.close();
      }
    });
  });

  it('logs come whole, and as they are written', async () => {
    await expect(kubectl(['logs', 'web'])).resolves.toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
    await expect(kubectl(['logs', '-f', 'web'])).resolves.toMatchObject({ code: 0, stdout: 'one\ntwo\nthree\n' });
  });

  it('a refusal of the kubelet reaches the user', async () => {
    const { stderr } = await kubectl(['logs', '-p', 'web']);
    expect(stderr).toBe('Error from server (BadRequest): previous terminated container "c" in pod "web" not found\n');
    expect((await kubectl(['logs', 'web', '-c', 'x'])).stderr).toContain('container x is not valid for pod web');
  });

  it('a command that cannot be run is an error', async () => {
    const { code, stderr } = await kubectl(['exec', 'web', '--', '/nowhere']);
    expect(code).toBe(1);
    expect(stderr).toContain('/nowhere');
  });
});

/** As much of an API server as kubectl needs to come to the streams. */
function serve(streams: PodStreams): Server {
  const respond = (path: string): unknown => {
    if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
    if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [] };
    if (path === '/api/v1')
      return {
        kind: 'APIResourceList',
        groupVersion: 'v1',
        resources: [{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'] }],
      };
    return path === '/api/v1/namespaces/default/pods/web' ? pod : undefined;
  };
  const ref = { namespace: 'default', name: 'web' };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname.endsWith('/log')) {
      try {
        for await (const data of await streams.logs(ref, searchParams, new AbortController().signal))
          response.write(data);
        response.end();
      } catch (error) {
        const failure = StatusError.from(error);
        response
          .writeHead(failure.code, { 'content-type': 'application/json' })
          .end(JSON.stringify(failure.toStatus()));
      }
      return;
    }
    const body = respond(pathname);
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const upgrade = { request, socket, head };
    const subresource = pathname.split('/').pop() ?? '';
    const found = requireResource(Kinds.Pod).subresources.get(subresource);
    const handler = found?.type === 'connect' ? new Map(podConnections(streams)).get(found) : undefined;
    const options = readConnectOptions(optionsOf('pods', subresource), searchParams, '');
    handler
      ?.handle({ ...ref, options, sent: options, query: searchParams, request, upgrade: { socket, head } })
      .catch((error: unknown) => refuseUpgrade(upgrade, error));
  });
  return server;
}
