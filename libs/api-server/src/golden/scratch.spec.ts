import { createServer, request as httpRequest, Agent } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatusError, systemClock } from '@skiff/platform';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { AdmissionChain } from '../admission/admission';
import { anonymousUser } from '../auth/user';
import { sendError, sendText } from '../http/answers';
import { DiscoveryHandler } from '../http/discovery-handler';
import { ResourceHandler } from '../http/resource-handler';
import { Registry } from '../registry/registry';
import { Operations } from '../requests/operations';
import { readRequestInfo } from '../requests/request-info';
import { replay, type Send } from './replay';
import { readScenarios } from './scenario';

const logger: any = { info() {}, warn() {}, error: console.error, debug() {}, child: () => logger };

it('scratch', async () => {
  const signal = new AbortController();
  const store = await EmbeddedStore.open({ directory: mkdtempSync(join(tmpdir(), 'apiserver-')) });
  const registry = new Registry(
    { store, admission: new AdmissionChain([]), validator: { validateCreate() {}, validateUpdate() {} }, clock: systemClock, logger, random: Math.random, hooks: new Map() },
    signal.signal,
  );
  const operations = new Operations({ registry, store, clock: systemClock, random: Math.random, actions: new Map() });
  const resources = new ResourceHandler(operations, systemClock);
  const discovery = new DiscoveryHandler(registry);
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const url = new URL(request.url ?? '/', 'http://x');
        const info = readRequestInfo(request.method ?? 'GET', url.pathname, url.searchParams);
        if (!info.resourceRequest) {
          if (!discovery.handle(url.pathname, request.headers.accept, url.searchParams, response)) sendText(response, 404, '404 page not found\n');
          return;
        }
        const definition = registry.find(info.group, info.version, info.resource);
        if (!definition) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
        const warnings: string[] = [];
        await resources.handle({
          verb: info.verb,
          target: { definition, namespace: info.resource === 'namespaces' ? '' : info.namespace, name: info.name, subresource: info.subresource },
          query: url.searchParams, caller: { user: anonymousUser, warn: (t: string) => void warnings.push(t) }, warnings, request, response, signal: signal.signal,
        });
      } catch (error) {
        sendError(response, StatusError.from(error));
      }
    })();
  });
  await new Promise<void>((r) => server.listen(0, r));
  const port = (server.address() as any).port;
  const agent = new Agent({ keepAlive: true });
  const send: Send = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const r = httpRequest({ port, agent, method, path, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (res) => {
        const c: Buffer[] = [];
        res.on('data', (d: Buffer) => c.push(d));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(c).toString() }));
      });
      r.on('error', reject);
      r.end(body);
    });
  const out: string[] = [];
  let agree = 0;
  for (const [i, s] of readScenarios().entries()) {
    const d = await replay(s, `golden-${i}`, send, async () => undefined);
    if (d.length === 0) agree++;
    else out.push(`## ${i} ${s.scenario}`, ...d.map((x) => `  ${x.path}: ${JSON.stringify(x.recorded)?.slice(0, 400)}  =>  ${JSON.stringify(x.answered)?.slice(0, 400)}`));
  }
  writeFileSync(process.env['OUT'] ?? '/tmp/apiserver-golden.txt', out.join('\n'));
  console.log('agree', agree);
  agent.destroy();
  server.close();
  signal.abort();
  await store.close();
}, 60000);
