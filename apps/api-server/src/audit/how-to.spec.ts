import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig, silentLogger } from '@skiff/platform';
import { eventually } from '@skiff/testing';
import { parse } from 'yaml';
import { startTestServer, type TestServer } from '../golden/server';
import { blocksOf, follow } from '../made-up-kind/how-to';
import { auditProblems, auditSettings, readAudit, type AuditConfig } from '../audit-settings';

const page = readFileSync(resolve(__dirname, '../../../../docs/how-to/audit-requests.md'), 'utf8');

interface Event {
  readonly level: string;
  readonly stage: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource: string };
  readonly requestObject?: object;
}

describe('The guide to an audit log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-how-to-audit-'));
  const received: Event[] = [];
  const tokens = new Set<string | undefined>();
  let webhook: Server;
  let server: TestServer;

  const configOf = (more: Readonly<Record<string, string>>): AuditConfig => {
    const { settings } = parse(readFileSync(join(folder, 'cluster.yaml'), 'utf8')) as {
      settings: { apiServer: Record<string, string | number> };
    };
    const env = Object.entries({ ...settings.apiServer, ...more }).map(([name, value]) => [
      `SKIFF_API_SERVER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      /Path|File/.test(name) ? join(folder, String(value)) : String(value),
    ]);
    const source = { app: 'api-server', description: '', version: '', argv: [], env: Object.fromEntries(env) as never };
    return loadConfig(auditSettings, source, auditProblems);
  };

  beforeAll(async () => {
    for (const block of blocksOf(page)) follow(folder, block);
    webhook = createServer((request, response) => {
      tokens.add(request.headers.authorization);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push(...(JSON.parse(Buffer.concat(chunks).toString()) as { items: Event[] }).items);
        response.end();
      });
    });
    await new Promise<void>((listening) => webhook.listen(9099, '127.0.0.1', listening));
    const config = configOf({ auditWebhookConfigFile: 'webhook.yaml', auditWebhookBatchMaxWait: '10ms' });
    server = await startTestServer({ audit: readAudit(config, silentLogger) });
    const headers = { 'content-type': 'application/json' };
    const post = (resource: string, object: object) =>
      server.send({
        method: 'POST',
        path: `/api/v1/namespaces/default/${resource}`,
        headers,
        body: JSON.stringify(object),
      });
    await server.send({ method: 'GET', path: '/healthz', headers });
    await post('secrets', { metadata: { name: 's' }, stringData: { password: 'hidden' } });
    await post('services', { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    await server.send({ method: 'GET', path: '/api/v1/pods', headers });
  }, 30_000);
  afterAll(async () => {
    await server.close();
    await new Promise((closed) => webhook.close(closed));
    rmSync(folder, { recursive: true });
  });

  const written = (): Event[] =>
    readFileSync(join(folder, 'audit.log'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Event);

  it('tells what it says to the file, once a request', async () => {
    await eventually(() => expect(written()).toHaveLength(3));
    const [secret, service, pods] = written();
    expect(written().map(({ stage }) => stage)).toEqual(Array(3).fill('ResponseComplete'));
    expect(secret).toMatchObject({ level: 'Metadata', objectRef: { resource: 'secrets' } });
    expect(service).toMatchObject({ level: 'Request', requestObject: { kind: 'Service' } });
    expect(pods).toMatchObject({ level: 'Metadata', requestURI: '/api/v1/pods' });
    expect(JSON.stringify(written())).not.toContain('hidden');
  });

  it('tells the same to a server', async () => {
    await eventually(() => expect(received).toHaveLength(3));
    expect(received).toEqual(written());
    expect([...tokens]).toEqual(['Bearer let-me-in']);
  });

  it('is told what does not go together', () => {
    expect(auditProblems({ ...configOf({}), auditPolicyFile: '' })).toEqual([
      '--audit-policy-file is needed with --audit-log-path',
    ]);
    expect(auditProblems({ ...configOf({}), auditLogPath: '' })).toEqual([
      '--audit-policy-file needs --audit-log-path or --audit-webhook-config-file: nobody would be told',
    ]);
    const other = join(folder, 'cluster.yaml');
    expect(auditProblems({ ...configOf({}), auditPolicyFile: other })).toEqual([
      'loading audit policy file: failed decoding: no kind "Cluster" is registered for version "skiff/v1alpha1"' +
        `: from file ${other}`,
    ]);
    expect(auditProblems({ ...configOf({}), auditWebhookConfigFile: other })).toEqual([
      '--audit-webhook-config-file: invalid configuration: context was not found for specified context: ',
    ]);
  });
});
