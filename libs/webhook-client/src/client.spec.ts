import { connect, createServer, type AddressInfo } from 'node:net';
import { systemClock } from '@skiff/platform';
import { WebhookClient, type CallOptions } from './client';
import type { WebhookClientConfig } from './config';
import { startWebhook, type TestWebhook } from './testing/server';

const inTime: CallOptions = { timeoutMilliseconds: 10_000 };

describe('A client of webhooks', () => {
  let webhook: TestWebhook;
  let client: WebhookClient;
  const seen: string[] = [];
  const at = (path: string): WebhookClientConfig => ({ url: webhook.url + path, caBundle: webhook.caBundle });
  const post = (path: string, options = inTime): Promise<string> => client.post(at(path), '{"a":1}', options);
  const failure = (config: WebhookClientConfig, options = inTime): Promise<string> =>
    client.post(config, '{}', options).then(
      (text) => `answered ${text}`,
      (error: Error) => error.message,
    );

  beforeAll(async () => {
    webhook = await startWebhook((request, response, body) => {
      const { method, url = '', headers } = request;
      seen.push(`${method} ${url} ${headers['content-type'] ?? ''} ${body}`);
      const [path = ''] = url.split('?');
      const code = /^\/code\/(\d+)$/.exec(path)?.[1];
      if (code) return void response.writeHead(Number(code), { 'content-type': 'text/plain' }).end('so it is\n');
      switch (path) {
        case '/empty':
          return void response.writeHead(200, { 'content-type': 'application/json' }).end();
        case '/silent':
          return;
        case '/half':
          response.writeHead(200, { 'content-length': '100' });
          return void response.write('half', () => response.destroy());
        case '/huge':
          return void response.end('x'.repeat((3 << 20) + 1));
        case '/status':
          return void response
            .writeHead(500)
            .end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'told' }));
        case '/see-other':
          return void response.writeHead(302, { location: '/other' }).end();
        case '/again':
          return void response.writeHead(307, { location: '/other' }).end();
        case '/round':
          return void response.writeHead(302, { location: '/round' }).end();
        case '/away':
          return void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
        case '/later':
          if (seen.filter((one) => one.includes('/later')).length > 1) return void response.end('at last');
          return void response.writeHead(429, { 'retry-after': '0' }).end();
        default:
          return void response.end(`${method} ${url} ${body}`);
      }
    });
  });

  beforeEach(() => {
    seen.splice(0);
    const open = (): ReturnType<typeof connect> => connect(webhook.port, '127.0.0.1');
    client = new WebhookClient({
      connectService: async ({ namespace, name, port }) => {
        if (name === 'none') throw new Error(`service ${JSON.stringify(name)} not found`);
        expect([namespace, port]).toEqual(['shop', 8443]);
        return open();
      },
      clock: systemClock,
      userAgent: 'kube-apiserver/test',
    });
  });
  afterEach(() => client.close());
  afterAll(() => webhook.close());

  it('posts JSON, and tells how long it waits', async () => {
    expect(await post('/hook//x/')).toBe('POST /hook/x?timeout=10s {"a":1}');
    expect(await post('', { timeoutMilliseconds: 61_500 })).toBe('POST /?timeout=1m2s {"a":1}');
    expect(seen[0]).toBe('POST /hook/x?timeout=10s application/json {"a":1}');
  });

  it('keeps its connections, and closes those to webhooks that are gone', async () => {
    const before = webhook.connections();
    await post('/a');
    await post('/a');
    expect(webhook.connections()).toBe(before + 1);
    client.retain([at('/b')]);
    await post('/a');
    expect(webhook.connections()).toBe(before + 2);
  });

  it('makes a new connection where the one that it kept was closed', async () => {
    await post('/a');
    webhook.closeIdle();
    expect(await post('/a')).toContain('POST /a');
  });

  it.each([
    ['/code/404', 'the server could not find the requested resource'],
    ['/code/403', 'so it is'],
    ['/code/500', 'an error on the server ("so it is") has prevented the request from succeeding'],
    ['/code/418', 'the server responded with the status code 418 but did not return more information'],
    ['/code/301', 'the server responded with the status code 301 but did not return more information'],
    ['/status', 'told'],
    ['/empty', '0-length response with status code: 200 and content type: application/json'],
    ['/half', 'unexpected error when reading response body. Please retry. Original error: aborted'],
    [
      '/huge',
      'unexpected error when reading response body. Please retry. Original error: http: response body too large: the limit is 3145728 bytes',
    ],
  ])('tells what %s means', async (path, message) => {
    expect(await failure(at(path))).toBe(message);
  });

  it('follows redirections on the same server alone, without what was posted unless it is told to', async () => {
    expect(await post('/see-other')).toBe('GET /other ');
    expect(await post('/again')).toBe('POST /other {"a":1}');
    expect(await failure(at('/round'))).toBe(`Get "${webhook.url}/round": stopped after 10 redirects`);
    expect(await failure(at('/away'))).toBe(
      `Post "${webhook.url}/away?timeout=10s": redirected to http://127.0.0.1:1, which is another server`,
    );
  });

  it('asks again when it is told to', async () => {
    expect(await post('/later')).toBe('at last');
  });

  it('gives up when the time is over, or nobody waits any longer', async () => {
    expect(await failure(at('/silent'), { timeoutMilliseconds: 50 })).toBe(
      `Post "${webhook.url}/silent?timeout=1s": context deadline exceeded`,
    );
    const leaving = new AbortController();
    const left = failure(at('/silent'), { ...inTime, signal: leaving.signal });
    for (let turn = 0; turn < 10_000 && seen.length < 2; turn += 1) await systemClock.sleep(1);
    expect(seen).toHaveLength(2);
    leaving.abort();
    expect(await left).toBe(`Post "${webhook.url}/silent?timeout=10s": context canceled`);
  });

  it('trusts nobody but the bundle', async () => {
    const { url } = webhook;
    const mistrusted = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    expect(await failure({ url })).toBe(`Post "${url}?timeout=10s": ${mistrusted}`.replace('?', '/?'));
    expect(await failure({ url, caBundle: Buffer.from('not a pem').toString('base64') })).toBe(
      'unable to load root certificates: unable to parse bytes as PEM block',
    );
  });

  it('calls a Service by the routing that it is given, and expects its name', async () => {
    const service = { namespace: 'shop', name: 'hooks', port: 8443, path: '/hook' };
    const { caBundle } = webhook;
    expect(await failure({ service, caBundle })).toBe(
      'Post "https://hooks.shop.svc:8443/hook?timeout=10s": tls: failed to verify certificate: x509: certificate is not valid for any names, but wanted to match hooks.shop.svc',
    );
    expect(await failure({ service: { ...service, name: 'none' }, caBundle })).toBe(
      'Post "https://none.shop.svc:8443/hook?timeout=10s": service "none" not found',
    );
  });

  it('says where nobody listens, or no webhook does', async () => {
    const gone = { url: 'https://127.0.0.1:1/gone' };
    expect(await failure(gone)).toBe(
      'Post "https://127.0.0.1:1/gone?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
    );
    expect(await failure({})).toBe('webhook configuration must have either service or URL');
    const plain = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const answered = await failure({ url: `https://127.0.0.1:${port}` });
    plain.close();
    expect(answered).toContain('http: server gave HTTP response to HTTPS client');
  });
});

describe('A webhook behind a Service', () => {
  it('is called where its certificate names the Service', async () => {
    const webhook = await startWebhook((request, response) => void response.end(request.headers.host), ['a.b.svc']);
    const client = new WebhookClient({
      connectService: async () => connect(webhook.port, '127.0.0.1'),
      clock: systemClock,
      userAgent: '',
    });
    const config = { service: { namespace: 'b', name: 'a' }, caBundle: webhook.caBundle };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post(config, '{}', inTime)));
    expect(new Set(answers)).toEqual(new Set(['a.b.svc:443']));
    client.close();
    await webhook.close();
  });
});
