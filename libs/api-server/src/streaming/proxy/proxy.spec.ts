import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Server as GrpcServer, ServerCredentials, credentials } from '@grpc/grpc-js';
import { Kinds, skiffnodev1, type corev1, type discoveryv1 } from '@skiff/contracts';
import { createAuthority } from '@skiff/pki';
import type { StatusError } from '@skiff/apimachinery';
import { systemClock } from '@skiff/platform';
import type { AdmissionReader } from '../../admission/reader';
import { proxyConnections } from '../../subresources/connect';
import { NodeConnections } from '../node-connections';
import type { ConnectService } from '../../request/service-port';
import { serviceConnector, serviceResolver } from './connect-service';
import { ResourceProxy } from './proxy';
import { kubelet, serveConnects } from './testing/servers';

describe('the proxy subresources', () => {
  const grpc = new GrpcServer();
  const objects: {
    kind: unknown;
    namespace: string;
    object: corev1.Pod | corev1.Service | discoveryv1.EndpointSlice;
  }[] = [];
  const seen: IncomingMessage[] = [];
  let backend: Server;
  let secure: Server;
  let front: Server;
  let connectService: ConnectService;
  let nodes: NodeConnections;
  let port: number;
  let securePort: number;
  let url: string;

  beforeAll(async () => {
    const serve = (request: IncomingMessage, response: ServerResponse): unknown => {
      seen.push(request);
      const page = '<html><a class=x href="/other">o</a><img src=\'/i.png\'><a href="http://elsewhere/a">e</a></html>';
      switch (request.url) {
        case '/page':
          return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
        case '/zipped':
          response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' });
          return response.end(gzipSync(page));
        case '/moved/':
          return response.writeHead(302, { location: '/there/', 'access-control-allow-origin': '*' }).end();
        case '/away':
          return response.writeHead(302, { location: 'http://elsewhere/there' }).end();
        default:
          response.setHeader('content-type', 'text/plain');
          response.write(`${request.method} ${request.url} `);
          return request.pipe(response);
      }
    };
    backend = createServer(serve);
    const now = systemClock.now();
    const { certificate, key } = await (
      await createAuthority('unknown', now)
    ).issue({ commonName: 'elsewhere', usages: ['server'] }, now);
    secure = createSecureServer({ cert: certificate, key }, serve);
    backend.on('upgrade', (request: IncomingMessage, socket) => {
      if (request.url === '/refused') return socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno');
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      return socket.pipe(socket);
    });
    const { portForward, stats } = skiffnodev1.NodeServiceService;
    grpc.addService({ portForward, stats }, { ...kubelet });
    const kubeletPort = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const node: corev1.Node = {
      metadata: { name: 'n' },
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      },
    };
    const bad: corev1.Node = {
      metadata: { name: 'bad' },
      status: { ...node.status, addresses: [{ type: 'InternalIP', address: '127.0.0.2' }] },
    };
    const find = async (kind: unknown, namespace: string, name: string) =>
      kind === Kinds.Node
        ? { n: node, bad }[name]
        : objects.find((one) => one.kind === kind && one.namespace === namespace && one.object.metadata?.name === name)
            ?.object;
    const list = async (kind: unknown) => objects.filter((one) => one.kind === kind).map(({ object }) => object);
    const reader = { get: find, getNewest: find, list } as unknown as AdmissionReader;
    // Here the nodes are on this machine.
    nodes = new NodeConnections(reader, credentials.createInsecure(), (address) => address !== '127.0.0.2');
    connectService = serviceConnector(serviceResolver({ reader, nodes, random: () => 0 }));
    const handlers = new Map(proxyConnections(new ResourceProxy({ reader, nodes, random: () => 0.5 })));
    front = serveConnects(handlers);
    for (const server of [backend, secure, front]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    port = (backend.address() as AddressInfo).port;
    securePort = (secure.address() as AddressInfo).port;
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
    const pod: corev1.Pod = {
      metadata: { name: 'web', namespace: 'd', uid: 'u' },
      spec: { nodeName: 'n', containers: [{ name: 'main', ports: [{ containerPort: port }] }] },
      status: { podIP: '10.244.0.5' },
    };
    const service = (name: string): corev1.Service => ({
      metadata: { name, namespace: 'd' },
      spec: { ports: [{ name: 'http', port: 80 }] },
    });
    const ready = {
      addresses: ['10.244.0.5'],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: 'web', uid: 'u' },
    };
    const gone = { ...ready, targetRef: { kind: 'Pod', name: 'gone', uid: 'g' } };
    const slice: discoveryv1.EndpointSlice = {
      metadata: { name: 'web-1', namespace: 'd', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [
        { name: 'http', port },
        { name: 'secure', port: securePort },
      ],
      endpoints: [ready, gone, { ...ready, conditions: { ready: false } }],
    };
    for (const object of [pod]) objects.push({ kind: Kinds.Pod, namespace: 'd', object });
    objects.push({ kind: Kinds.Pod, namespace: 'd', object: { metadata: { name: 'new' } } });
    for (const name of ['web', 'empty']) objects.push({ kind: Kinds.Service, namespace: 'd', object: service(name) });
    objects.push({ kind: Kinds.EndpointSlice, namespace: 'd', object: slice });
    objects.push({
      kind: Kinds.Pod,
      namespace: 'd',
      object: { ...pod, metadata: { name: 'bad', namespace: 'd', uid: 'b' }, status: { podIP: '127.0.0.2' } },
    });
    for (const [name, address] of [
      ['bad', '127.0.0.2'],
      ['stray', '10.244.0.9'],
    ] as const) {
      objects.push({ kind: Kinds.Service, namespace: 'd', object: service(name) });
      const object: discoveryv1.EndpointSlice = {
        ...slice,
        metadata: { name, namespace: 'd', labels: { 'kubernetes.io/service-name': name } },
        endpoints: [{ addresses: [address], targetRef: { kind: 'Pod', name: name === 'bad' ? 'bad' : 'web' } }],
      };
      objects.push({ kind: Kinds.EndpointSlice, namespace: 'd', object });
    }
  });
  afterAll(() => {
    nodes.close();
    grpc.forceShutdown();
    for (const server of [backend, secure, front]) {
      server.closeAllConnections();
      server.close();
    }
  });

  const services = '/api/v1/namespaces/d/services';
  const pods = '/api/v1/namespaces/d/pods';
  const fetchText = async (path: string, options: RequestInit = {}): Promise<string> => {
    const response = await fetch(`${url}${path}`, options);
    return `${response.status} ${await response.text()}`;
  };
  const message = async (path: string): Promise<unknown> => {
    const { code, message } = (await (await fetch(`${url}${path}`)).json()) as StatusError;
    return [code, message];
  };

  it('send requests to a port of a service, by number and by name, and to a pod', async () => {
    expect(await fetchText(`${services}/web:80/proxy/a%20b/?c=d`)).toBe('200 GET /a%20b/?c=d ');
    expect(await fetchText(`${services}/http:web:http/proxy/`)).toBe('200 GET / ');
    const post = { method: 'POST', body: 'sent' };
    expect(await fetchText(`${pods}/web/proxy/x`, post)).toBe('200 POST /x sent');
    expect(await fetchText(`${pods}/web:${port}/proxy/x`, { method: 'DELETE' })).toBe('200 DELETE /x ');
    expect(await fetchText(`/api/v1/nodes/n:${port}/proxy/x`)).toBe('200 GET /x ');
  });

  it('reach a port with TLS without verifying its certificate, as pods have no names', async () => {
    expect(await fetchText(`${pods}/https:web:${securePort}/proxy/x`)).toBe('200 GET /x ');
    const post = { method: 'POST', body: 'x'.repeat(300_000) };
    expect((await fetchText(`${services}/https:web:secure/proxy/`, post)).length).toBe(300_000 + '200 POST / '.length);
  });

  it('tell the target who asked from where, but not as whom', async () => {
    await fetchText(`${pods}/web/proxy/headers`, {
      headers: { authorization: 'Bearer secret', 'impersonate-user': 'x', 'x-forwarded-for': '1.2.3.4', 'x-own': 'y' },
    });
    const { headers } = seen.at(-1) as IncomingMessage;
    expect(headers).toMatchObject({
      host: `10.244.0.5:${port}`,
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-uri': `${pods}/web/proxy/headers`,
      'x-own': 'y',
    });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['impersonate-user']));
  });

  it('redirect to the root, and keep redirections within the proxy', async () => {
    const location = async (path: string): Promise<unknown> => {
      const { status, headers } = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      return [status, headers.get('location')];
    };
    expect(await location(`${pods}/web/proxy?a=b`)).toEqual([301, `${pods}/web/proxy/?a=b`]);
    expect(await location(`${pods}/web/proxy/moved/`)).toEqual([302, `${pods}/web/proxy/there/`]);
    expect(await location(`${pods}/web/proxy/away`)).toEqual([302, 'http://elsewhere/there']);
  });

  it('rewrite the links of HTML, also when it is compressed', async () => {
    const prefix = `${pods}/web/proxy`;
    const rewritten = `<html><a class=x href="${prefix}/other">o</a><img src='${prefix}/i.png'><a href="http://elsewhere/a">e</a></html>`;
    expect(await fetchText(`${prefix}/page`)).toBe(`200 ${rewritten}`);
    const zipped = await new Promise<Buffer>((resolve, reject) => {
      httpRequest(`${url}${prefix}/zipped`, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      })
        .on('error', reject)
        .end();
    });
    expect(gunzipSync(zipped).toString()).toBe(rewritten);
  });

  it('carry an upgraded connection, and the refusal of one', async () => {
    const upgrade = (path: string) =>
      httpRequest(`${url}${pods}/web/proxy${path}`, { headers: { connection: 'Upgrade', upgrade: 'echo' } }).end();
    const [response, socket] = (await once(upgrade('/'), 'upgrade')) as [IncomingMessage, NodeJS.ReadWriteStream];
    expect(response.headers.upgrade).toBe('echo');
    socket.write('there and back');
    expect(String((await once(socket, 'data'))[0])).toBe('there and back');
    socket.end();
    const [refusal] = (await once(upgrade('/refused'), 'response')) as [IncomingMessage];
    expect([refusal.statusCode, String((await once(refusal, 'data'))[0])]).toEqual([426, 'no']);
  });

  it('say why there is nothing to send to', async () => {
    expect(await message(`${services}/none/proxy/`)).toEqual([404, 'services "none" not found']);
    expect(await message(`${services}/empty/proxy/`)).toEqual([503, 'no endpoints available for service "empty"']);
    expect(await message(`${services}/web:81/proxy/`)).toEqual([503, 'no service port 81 found for service "web"']);
    expect(await message(`${services}/web:x/proxy/`)).toEqual([503, 'no endpoints available for service "web:x"']);
    expect(await message(`${services}/ftp:web:x/proxy/`)).toEqual([400, 'invalid service request "ftp:web:x"']);
    expect(await message(`${pods}/none/proxy/`)).toEqual([404, 'pods "none" not found']);
    expect(await message(`${pods}/new/proxy/`)).toEqual([400, 'address not allowed']);
    expect(await message(`${pods}/web:1/proxy/`)).toEqual([
      503,
      'error trying to reach service: dial tcp 10.244.0.5:1: connect: connection refused',
    ]);
    expect(await message('/api/v1/nodes/none/proxy/')).toEqual([404, 'nodes "none" not found']);
  });

  it('do not lead where nobody may be sent', async () => {
    for (const path of [`/api/v1/nodes/bad:${port}/proxy/x`, '/api/v1/nodes/bad/proxy/healthz', `${pods}/bad/proxy/`])
      expect(await message(path)).toEqual([400, 'address not allowed']);
    expect(await message(`${services}/bad:80/proxy/`)).toEqual([503, 'no endpoints available for service "bad:80"']);
  });

  it('do not lead to an address that its pod does not have', async () => {
    const [service] = [`${services}/stray:80/proxy/`];
    expect(await message(service)).toEqual([503, 'no endpoints available for service "stray:80"']);
  });

  it('answer for a kubelet', async () => {
    expect(await fetchText('/api/v1/nodes/n/proxy/healthz')).toBe('200 ok');
    const summary = (await (await fetch(`${url}/api/v1/nodes/n/proxy/stats/summary`)).json()) as unknown;
    expect(summary).toMatchObject({ node: { nodeName: 'n', cpu: { time: '1970-01-01T00:00:01Z' } } });
    const list = (await (await fetch(`${url}/api/v1/nodes/n/proxy/pods`)).json()) as corev1.PodList;
    expect(list.items?.map(({ metadata }) => metadata?.name)).toEqual(['web', 'bad']);
    expect(await fetchText('/api/v1/nodes/n/proxy/x')).toBe('404 404 page not found\n');
  });

  it('connect the server itself to who is behind a Service', async () => {
    const socket = await connectService({ namespace: 'd', name: 'web', port: 80 });
    socket.end('GET /by-service HTTP/1.0\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toContain('GET /by-service');
    const failure = (name: string, port = 80): Promise<string> =>
      connectService({ namespace: 'd', name, port }).then(
        () => 'connected',
        (error: Error) => error.message,
      );
    expect(await failure('none')).toBe('service "none" not found');
    expect(await failure('web', 81)).toBe('no service port 81 found for service "web"');
    expect(await failure('empty')).toBe('no endpoints available for service "empty"');
    expect(await failure('stray')).toBe('no endpoints available for service "stray"');
  });
});
