import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { openApiOf } from './open-api';

type Say = (code: number, body: unknown, headers?: OutgoingHttpHeaders) => void;

const status = (code: number, message: string, reason: string): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: code < 400 ? 'Success' : 'Failure',
  message,
  reason,
  code,
});

const discovery = (group: string, version: string): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: `${group}/${version}`,
  resources: [
    {
      name: 'widgets',
      singularName: 'widget',
      namespaced: true,
      kind: 'Widget',
      verbs: ['get', 'list', 'create'],
    },
    { name: 'gadgets', singularName: '', namespaced: false, kind: 'Gadget', verbs: ['get', 'list'] },
  ],
});

const text = { 'content-type': 'text/plain' };

/** What is wrong with those whose group begins so. */
const troubles: Readonly<Record<string, (say: Say) => void>> = {
  broken: (say) => say(500, 'discovery is broken', text),
  missing: (say) => say(404, status(404, 'nothing here', 'NotFound')),
  forbidden: (say) => say(403, status(403, 'not for you', 'Forbidden')),
  odd: (say) => say(200, 'not json', text),
};

/** Headers as they came, but for those that are about a connection or another with each run. */
function headersOf({ rawHeaders }: IncomingMessage): object {
  const seen = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (['content-length', 'accept-encoding', 'connection', 'transfer-encoding', 'te'].includes(name)) continue;
    seen.set(name, [...(seen.get(name) ?? []), masked(name, rawHeaders[index + 1] ?? '')]);
  }
  return Object.fromEntries([...seen].map(([name, values]) => [name, values.length === 1 ? values[0] : values.sort()]));
}

function masked(name: string, value: string): string {
  if (name === 'host') return /\.svc(:|$)/.test(value) ? 'name' : 'address';
  if (name === 'x-forwarded-for') return `${value.split(',').length} address(es)`;
  return name === 'authorization' || name === 'audit-id' ? 'present' : value;
}

/** Answers as the recorded backend did; the recording's README says what is below which path. */
export async function answer(request: IncomingMessage, response: ServerResponse, serverName: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const say: Say = (code, value, headers) => {
    const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? value : `${JSON.stringify(value)}\n`;
    response.writeHead(code, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(bytes),
      ...headers,
    });
    response.end(bytes);
  };
  const [name = '', ...rest] = serverName.replace(/\.svc$/, '').split('.');
  if (path === '/openapi/v2' && name.startsWith('docs')) return say(200, openApiOf(rest.join('.')));
  const [, group, version, below = ''] = /^\/apis\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (group === undefined || version === undefined)
    return say(404, status(404, 'the backend knows no such path', 'NotFound'));
  const asked = below.replace(/^\/+|\/+$/g, '');
  if (asked === '') {
    const trouble = troubles[group.split('.')[0] ?? ''];
    return trouble ? trouble(say) : say(200, discovery(group, version));
  }
  const echo = { kind: 'Echo', apiVersion: `${group}/${version}`, method: request.method, path, query };
  await answerBelow(asked, { ...echo, headers: headersOf(request), body }, { request, response, say });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly say: Say;
}

async function answerBelow(
  asked: string,
  echo: { readonly apiVersion: string; readonly [field: string]: unknown },
  exchange: Exchange,
): Promise<void> {
  const { request, response, say } = exchange;
  const [what = '', argument = ''] = asked.split('/', 2);
  const redirect = (location: string): void => say(302, '', { ...text, location });
  switch (what) {
    case 'echo':
      return say(200, echo);
    case 'status':
      return say(Number(argument), status(Number(argument), `this is ${argument}`, 'Odd'));
    case 'text':
      return say(200, 'just words\n', { 'content-type': 'text/plain; charset=utf-8' });
    case 'empty':
      return say(200, '');
    case 'headers': {
      const own = { 'x-backend': 'yes', 'cache-control': 'no-store', warning: '299 - "from the backend"' };
      return say(200, { kind: 'Nothing' }, own);
    }
    case 'redirect':
      return redirect(`/apis/${echo.apiVersion}/echo/redirected`);
    case 'redirect-away':
      return redirect('https://elsewhere.example.com/x');
    case 'redirect-rooted':
      return redirect('/api');
    case 'slow':
      await sleep(1_500);
      return say(200, { kind: 'Slow' });
    case 'cut':
      return void request.socket.destroy();
    case 'cut-body':
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 100 });
      return void response.write('only nine', () => request.socket.destroy());
    case 'gzip':
      if (!String(request.headers['accept-encoding']).includes('gzip')) return say(200, { kind: 'Plain' });
      return say(200, gzipSync('{"kind": "Zipped"}'), { 'content-encoding': 'gzip' });
    case 'protobuf':
      return say(200, 'k8s\0', { 'content-type': 'application/vnd.kubernetes.protobuf' });
    case 'stream':
      return stream(response);
    default:
      return say(404, status(404, `the backend has no ${asked}`, 'NotFound'));
  }
}

async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  for (const name of ['w0', 'w1', 'w2']) {
    response.write(`${JSON.stringify({ type: 'ADDED', object: { kind: 'Widget', metadata: { name } } })}\n`);
    await sleep(100);
  }
  response.end();
}
