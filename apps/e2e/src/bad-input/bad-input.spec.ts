import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { TestCluster } from '../support/cluster';
import { eventually, execute } from '../support/execute';
import { provideImage } from '../support/images';
import {
  callGrpc,
  exchange,
  nonsense,
  openHttp2,
  openPlain,
  openTls,
  resetRapidly,
  sendDatagrams,
  type Port,
} from './connections';

interface Process {
  readonly name: string;
  readonly pid: number;
  readonly restarts: number;
}

describe('whatever is sent to a port', () => {
  let cluster: TestCluster;
  let ports: Readonly<Record<string, Port>>;
  let api: Port;
  let before: Process[];

  const processes = (): Process[] =>
    JSON.parse(readFileSync(join(cluster.root, 'processes.json'), 'utf8')) as Process[];
  const pidOf = (name: string): number => before.find((process) => process.name === name)?.pid ?? 0;
  const openFiles = (name: string): number => readdirSync(`/proc/${pidOf(name)}/fd`).length;

  beforeAll(async () => {
    cluster = await TestCluster.start({ name: 'bad', nodes: 1 });
    const state = JSON.parse(readFileSync(join(cluster.root, 'cluster.json'), 'utf8')) as {
      gateway: string;
      apiPort: number;
      basePort: number;
      nodes: { name: string; address: string }[];
    };
    const pem = (file: string): string => readFileSync(join(cluster.root, 'pki', file), 'utf8');
    const tls = (servername: string): NonNullable<Port['tls']> => ({
      ...{ ca: pem('ca.crt'), cert: pem('admin.crt'), key: pem('admin.key'), servername },
    });
    const [{ name, address }] = state.nodes as [{ name: string; address: string }];
    const loopback = '127.0.0.1';
    api = { host: loopback, port: state.apiPort, tls: tls('localhost') };
    ports = {
      'the API server': api,
      'the kubelet': {
        host: address,
        port: 10250,
        tls: { ...tls(name), cert: pem('api-server-kubelet-client.crt'), key: pem('api-server-kubelet-client.key') },
      },
      'the traces': { host: state.gateway, port: state.basePort + 2, tls: tls('traces') },
      'the metrics of the scheduler': { host: loopback, port: state.basePort + 3 },
      'the metrics of the controller manager': { host: loopback, port: state.basePort + 4 },
      'the scheduler': { host: loopback, port: state.basePort + 5, tls: tls('localhost') },
      DNS: { host: address, port: 53 },
    };
    before = processes();
  }, 60_000);
  afterAll(() => cluster.stop(), 60_000);
  // Nobody has ended, and everybody is served.
  afterEach(async () => {
    expect(processes()).toEqual(before);
    expect(await cluster.kubectl('get', '--raw', '/readyz')).toBe('ok');
  });

  it.each([
    'the API server',
    'the kubelet',
    'the traces',
    'the metrics of the scheduler',
    'the metrics of the controller manager',
    'the scheduler',
    'DNS',
  ])(
    'which is nonsense does nothing to %s',
    async (name) => {
      const port = ports[name] as Port;
      await Promise.all(nonsense().map(async (bytes) => exchange(await openPlain(port), bytes)));
      if (port.tls)
        for (const protocol of ['http/1.1', 'h2'])
          await Promise.all(
            nonsense().map(async (bytes) => {
              const socket = await openTls(port, protocol).catch(() => undefined);
              if (socket) await exchange(socket, bytes);
            }),
          );
    },
    60_000,
  );

  it('is answered by the API server where it is almost HTTP', async () => {
    const host = 'Host: x\r\n';
    const post = 'POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\n';
    const cases: readonly [request: string, status: RegExp][] = [
      [`GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(1 << 20)}\r\n\r\n`, /^431 /],
      [`GET /${'x'.repeat(1 << 21)} HTTP/1.1\r\n${host}\r\n`, /^431 /],
      [`FOO / HTTP/1.1\r\n${host}\r\n`, /^400 /],
      [`GET /api/v1/namespaces/%zz HTTP/1.1\r\n${host}\r\n`, /^(400|404) /],
      [`GET //..//%00/\\ HTTP/1.1\r\n${host}\r\n`, /^(400|404) /],
      [`GET http://[::1/ HTTP/1.1\r\n${host}\r\n`, /^(400|404) /],
      [`${post}${host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^400 /],
      [`${post}${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^400 /],
      [`${post}${host}Content-Length: -1\r\n\r\n`, /^400 /],
    ];
    for (const [request, status] of cases) {
      const answer = await exchange(await openTls(api), request);
      expect(`${request.slice(0, 40)}: ${answer.replace(/^HTTP\/1\.1 /, '')}`).toMatch(
        new RegExp(`^.*: ${status.source.slice(1)}`, 's'),
      );
    }
  });

  it('is refused by the API server where it is almost an object', async () => {
    const configMaps = '/api/v1/namespaces/default/configmaps';
    const post = async (type: string, body: string | Uint8Array, path = configMaps): Promise<string> => {
      const head = [
        `POST ${path} HTTP/1.1`,
        'Host: x',
        `Content-Type: ${type}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      return (await exchange(await openTls(api), `${head.join('\r\n')}\r\n\r\n`, body)).slice(9, 12);
    };
    const json = 'application/json';
    const deep = 100_000;
    expect(await post(json, '['.repeat(deep) + ']'.repeat(deep))).toBe('400');
    expect(await post(json, '{"metadata":'.repeat(deep) + '{}' + '}'.repeat(deep))).toBe('400');
    const apps = '/apis/apps/v1/namespaces/default/controllerrevisions';
    const nested = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    const revision = (data: string): string => `{"metadata":{"name":"deep"},"revision":1,"data":${data}}`;
    expect(await post(json, revision(nested(900)), apps)).toBe('201');
    expect(await post(json, revision(nested(9_000)), apps)).toBe('400');
    expect(await post(json, revision(nested(100_000)), apps)).toBe('400');
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const schema = '{"not":'.repeat(9_000) + '{}' + '}'.repeat(9_000);
    const definition = `{"metadata":{"name":"a.b"},"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":${schema}}}]}}`;
    expect(await post(json, definition, crds)).toBe('400');
    expect(await post(json, `{"data":{"a":"${'x'.repeat(4 << 20)}"}}`)).toBe('413');
    expect(await post(json, '{"metadata":{"name":"a","generation":1e999}}')).toBe('400');
    expect(await post(json, Buffer.from('{"metadata":{"name":"\xff\xfe"}}', 'latin1'))).toMatch(/^4/);
    const polluting = '{"metadata":{"name":"p","labels":{"__proto__":"x"}},"__proto__":{"polluted":"yes"}}';
    expect(await post(json, polluting)).toMatch(/^(201|4\d\d)$/);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...[...'bcdefghi'].map((key, index) => {
        const last = 'abcdefgh'[index] ?? '';
        return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${last}`).join(',')}]`;
      }),
    ].join('\n');
    expect(await post('application/yaml', bomb)).toBe('400');
    const protobuf = 'application/vnd.kubernetes.protobuf';
    expect(await post(protobuf, Buffer.from('6b38730000', 'hex'))).toMatch(/^4/);
    expect(await post(protobuf, Buffer.from('6b3873000affffffff0f', 'hex'))).toMatch(/^4/);
    expect(await post(protobuf, Buffer.concat([Buffer.from('6b387300', 'hex'), Buffer.alloc(5_000, 0x0b)]))).toMatch(
      /^4/,
    );
    expect(await cluster.kubectl('get', 'configmaps', '-o', 'name')).not.toContain('configmap/a');
  });

  it('is refused over gRPC where it is no message', async () => {
    const session = await openHttp2(api);
    const method = '/skiff.api.v1.ResourceService/Create';
    const frame = (flag: number, length: number, body = ''): Uint8Array => {
      const head = Buffer.alloc(5);
      head[0] = flag;
      head.writeUInt32BE(length, 1);
      return Buffer.concat([head, Buffer.from(body, 'hex')]);
    };
    const internal = '13';
    const [invalidArgument, exhausted, unimplemented] = ['3', '8', '12'];
    expect(await callGrpc(session, method, frame(0, 3, 'ffffff'))).toBe(invalidArgument);
    expect([exhausted, internal]).toContain(await callGrpc(session, method, frame(0, 0xffffffff)));
    expect(await callGrpc(session, method, frame(1, 0))).toBe(unimplemented);
    expect([internal, invalidArgument]).toContain(await callGrpc(session, method, frame(0, 100, '0a')));
    expect(await callGrpc(session, '/skiff.api.v1.ResourceService/Nothing', frame(0, 0))).toBe(unimplemented);
    expect(await callGrpc(session, '/no.such.Service/Nothing', frame(0, 0))).toBe(unimplemented);
    session.close();
  });

  it('and taken back at once, many times, costs others nothing', async () => {
    await Promise.all([
      resetRapidly(api, '/api/v1/pods', 5_000),
      resetRapidly(api, '/api/v1/pods?watch=true', 5_000),
      resetRapidly(ports['the kubelet'] as Port, '/skiff.node.v1.NodeService/Stats', 5_000),
    ]);
  }, 60_000);

  it('by those who never finish, or go in the middle, keeps nobody else and leaves nothing', async () => {
    const begun = openFiles('api-server');
    const half = 'GET /api/v1/pods HTTP/1.1\r\nHost:';
    const watch = 'GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: x\r\n\r\n';
    const sockets: Socket[] = [];
    for (let index = 0; index < 100; index += 1) {
      const opened = await Promise.all([openPlain(api), openTls(api), openTls(api)]);
      const [silent, slow, watching] = opened as [Socket, TLSSocket, TLSSocket];
      for (const socket of opened) socket.on('error', () => undefined);
      silent.write(Buffer.from('16030100ff0100', 'hex'));
      slow.write(half);
      watching.write(watch);
      sockets.push(...opened);
    }
    expect(await cluster.kubectl('get', 'nodes', '-o', 'name')).toContain('node/');
    for (const socket of sockets) socket.destroy();
    await eventually(() => expect(openFiles('api-server')).toBeLessThan(begun + 20));
  }, 60_000);

  it('is answered by DNS where it is a question, and else dropped', async () => {
    const dns = ports['DNS'] as Port;
    const header = (questions: number): string => `abcd0100${questions.toString(16).padStart(4, '0')}000000000000`;
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    await sendDatagrams(dns, [
      ...nonsense().map((bytes) => bytes.subarray(0, 1_400)),
      hex(header(1)),
      hex(header(0xffff)),
      // A name that points at itself, and one that is longer than the packet.
      hex(`${header(1)}c00c00010001`),
      hex(`${header(1)}3f6162`),
      hex(`${header(1)}${'3f'.padEnd(128, '61').repeat(8)}0000010001`),
    ]);
    const question = hex(
      `${header(1)}0a6b756265726e65746573${'0764656661756c74'}03737663${'07636c7573746572'}056c6f63616c0000010001`,
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.length);
    const answer = Buffer.from(await exchange(await openPlain(dns), Buffer.concat([length, question])), 'latin1');
    expect(answer.subarray(2, 4).toString('hex')).toBe('abcd');
    // One answer.
    expect(answer.readUInt16BE(8)).toBe(1);
  });

  it('ends a session of exec that breaks the rules of WebSocket, and no other', async () => {
    await provideImage(cluster, 'busybox');
    await eventually(() => cluster.kubectl('get', 'serviceaccount', 'default'));
    await cluster.kubectl('run', 'shell', '--image=busybox:1.29', '--image-pull-policy=Never', '--', 'sleep', '1d');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/shell', '--timeout=60s');
    const upgrade = [
      'GET /api/v1/namespaces/default/pods/shell/exec?command=cat&stdin=true&stdout=true HTTP/1.1',
      ...['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol: v4.channel.k8s.io', '', ''],
    ].join('\r\n');
    const frames = ['8201ff', 'ffffffffffffffffffff', '82ffffffffffffffffff', '8980', '00', 'f28000000000'];
    for (const frame of frames) {
      const answer = await exchange(await openTls(api), upgrade, Buffer.from(frame, 'hex'));
      expect(answer).toContain('101 Switching Protocols');
    }
    const { stdout } = await execute('kubectl', ['exec', 'shell', '--', 'echo', 'still there'], {
      env: { KUBECONFIG: cluster.kubeconfig },
    });
    expect(stdout).toBe('still there\n');
  }, 90_000);
});
