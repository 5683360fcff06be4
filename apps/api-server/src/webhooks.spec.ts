import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '@skiff/pki';
import { systemClock } from '@skiff/platform';
import { eventually } from '@skiff/testing';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { startTestServer, type TestServer } from './golden/server';

type Answer = (request: IncomingMessage, response: ServerResponse, review: string) => void;

const configurations = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/default/configmaps';

/** Serves HTTPS with whatever answer is wanted at the moment. */
async function startWebhook(answer: () => Answer): Promise<{ server: Server; url: string; caBundle: string }> {
  const now = systemClock.now();
  const authority = await createAuthority('hooks', now);
  const request = { commonName: '127.0.0.1', hosts: ['127.0.0.1'], usages: ['server'] } as const;
  const { certificate: cert, key } = await authority.issue(request, now);
  const server = createServer({ cert, key }, (asked, response) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => answer()(asked, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, url, caBundle: Buffer.from(authority.pair.certificate).toString('base64') };
}

describe('An API server with webhooks', () => {
  const metrics = new Registry();
  let server: TestServer;
  let webhook: Awaited<ReturnType<typeof startWebhook>>;
  let answer: Answer;
  let asked = 0;

  const post = async (path: string, body: object): Promise<{ status: number; message: string; took: number }> => {
    const began = systemClock.monotonic();
    const headers = { 'content-type': 'application/json' };
    const answered = await server.send({ method: 'POST', path, headers, body: JSON.stringify(body) });
    const { message = '' } = JSON.parse(answered.body) as { message?: string };
    return { status: answered.status, message, took: systemClock.monotonic() - began };
  };
  const create = (labels: object): ReturnType<typeof post> =>
    post(`${configMaps}?dryRun=All`, { metadata: { name: 'c', labels }, data: { a: '1' } });

  async function configure(type: 'mutating' | 'validating', label: string, more: object): Promise<void> {
    const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }];
    const name = `${label}.hooks.example`;
    const objectSelector = { matchLabels: { hook: label } };
    const clientConfig = { url: webhook.url, caBundle: webhook.caBundle };
    const common = { sideEffects: 'None', admissionReviewVersions: ['v1'], timeoutSeconds: 1 };
    const webhooks = [{ name, rules, objectSelector, clientConfig, ...common, ...more }];
    const made = await post(`${configurations}/${type}webhookconfigurations`, { metadata: { name: label }, webhooks });
    expect(made).toMatchObject({ status: 201 });
    const before = asked;
    answer = (_, response) => response.end();
    // Its own configurations the server sees a moment later.
    await eventually(async () => {
      await create({ hook: label });
      expect(asked).toBeGreaterThan(before);
    });
  }

  beforeAll(async () => {
    webhook = await startWebhook(() => (...exchange) => {
      asked += 1;
      answer(...exchange);
    });
    server = await startTestServer({ metrics });
    await configure('mutating', 'mutate', { failurePolicy: 'Fail' });
    await configure('validating', 'open', { failurePolicy: 'Ignore' });
    await configure('validating', 'some', {
      failurePolicy: 'Fail',
      matchConditions: [{ name: 'a', expression: "object.data.a == '1' && request.operation == 'CREATE'" }],
    });
  }, 30_000);
  afterAll(async () => {
    await server.close();
    webhook.server.closeAllConnections();
    webhook.server.close();
  });

  it('answers as upstream whatever a webhook answers, and never waits longer than it may', async () => {
    const uidOf = (review: string): string => (JSON.parse(review) as { request: { uid: string } }).request.uid;
    const responses = fc.record(
      {
        allowed: fc.oneof(fc.boolean(), fc.jsonValue()),
        status: fc.jsonValue(),
        patchType: fc.oneof(fc.constant('JSONPatch'), fc.jsonValue()),
        patch: fc.oneof(
          fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64')),
          fc.jsonValue(),
        ),
        warnings: fc.jsonValue(),
        auditAnnotations: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const texts = fc.oneof(
      fc.string().map((text) => () => text),
      fc.jsonValue().map((value) => () => JSON.stringify(value)),
      responses.map((response) => (review: string) => {
        const named = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
        return JSON.stringify({ ...named, response: { uid: uidOf(review), ...response } });
      }),
    );
    const codes = fc.constantFrom(200, 200, 200, 204, 301, 400, 404, 500, 503);
    await fc.assert(
      fc.asyncProperty(texts, codes, async (text, code) => {
        answer = (_, response, review) => void response.writeHead(code).end(code === 204 ? undefined : text(review));
        const { status, message, took } = await create({ hook: 'mutate' });
        expect(took).toBeLessThan(2_000);
        if (status === 500) expect(message).toMatch(/^(Internal error occurred: |admission webhook "mutate)/);
        else expect(status === 201 || (status >= 400 && status < 1_000)).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it('gives up on what is too large, and on what never comes', async () => {
    answer = (_, response) => response.end('x'.repeat(4 << 20));
    expect((await create({ hook: 'mutate' })).message).toContain('response body too large: the limit is 3145728 bytes');
    answer = () => undefined;
    const { status, message, took } = await create({ hook: 'mutate' });
    expect([status, message]).toEqual([500, expect.stringContaining('?timeout=1s": context deadline exceeded')]);
    expect(took).toBeLessThan(3_000);
  });

  it('tells of a webhook without which writes go on', async () => {
    answer = (_, response) => void response.writeHead(500).end();
    expect(await create({ hook: 'open' })).toMatchObject({ status: 201 });
    await eventually(async () => {
      const { body } = await server.send({ method: 'GET', path: '/api/v1/namespaces/default/events', headers: {} });
      const { items } = JSON.parse(body) as { items: { reason: string; message: string }[] };
      expect(items.filter(({ reason }) => reason === 'FailedOpen')).toMatchObject([
        { message: expect.stringContaining('failed calling webhook "open.hooks.example"') as string },
      ]);
    });
    const text = await metrics.metrics();
    expect(text).toContain('apiserver_admission_webhook_fail_open_count{name="open.hooks.example",type="validating"}');
    expect(text).toMatch(
      /apiserver_admission_webhook_request_total\{name="mutate\.hooks\.example",type="admit",operation="CREATE",code="\d+",rejected="true"\}/,
    );
  });

  it('asks only about what meets the conditions of a webhook', async () => {
    const before = asked;
    const other = { metadata: { name: 'c', labels: { hook: 'some' } }, data: { a: '2' } };
    expect(await post(`${configMaps}?dryRun=All`, other)).toMatchObject({ status: 201 });
    expect(asked).toBe(before);
    const failing = { metadata: { name: 'c', labels: { hook: 'some' } } };
    expect(await post(`${configMaps}?dryRun=All`, failing)).toMatchObject({
      status: 403,
      message: `configmaps "c" is forbidden: expression 'object.data.a == '1' && request.operation == 'CREATE'' resulted in error: no such key: data`,
    });
  });

  it('refuses conditions that do not compile', async () => {
    const webhooks = [
      {
        name: 'a.b.c',
        clientConfig: { url: 'https://x.y' },
        ...{ sideEffects: 'None', admissionReviewVersions: ['v1'] },
        matchConditions: [
          { name: 'a', expression: 'object.' },
          { name: 'b', expression: '1' },
        ],
      },
    ];
    const { status, message } = await post(`${configurations}/validatingwebhookconfigurations`, {
      metadata: { name: 'wrong' },
      webhooks,
    });
    expect([status, message]).toEqual([
      422,
      expect.stringMatching(
        /webhooks\[0\]\.matchConditions\[0\]\.expression: Invalid value: "object\.": compilation failed: ERROR/,
      ),
    ]);
    expect(message).toContain('webhooks[0].matchConditions[1].expression: Invalid value: "1": must evaluate to bool');
  });

  it('puts back what only it may say of an object, and refuses another namespace', async () => {
    const patch = (...operations: object[]): void => {
      answer = (_, response, review) => {
        const { uid } = (JSON.parse(review) as { request: { uid: string } }).request;
        const bytes = Buffer.from(JSON.stringify(operations)).toString('base64');
        const answered = { uid, allowed: true, patchType: 'JSONPatch', patch: bytes };
        response.end(
          JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answered }),
        );
      };
    };
    const made = async (): Promise<Record<string, unknown>> => {
      const body = JSON.stringify({ metadata: { name: 'kept', labels: { hook: 'mutate' } } });
      const headers = { 'content-type': 'application/json' };
      const answered = await server.send({ method: 'POST', path: `${configMaps}?dryRun=All`, headers, body });
      return (JSON.parse(answered.body) as { metadata: Record<string, unknown> }).metadata;
    };
    patch(
      { op: 'replace', path: '/metadata/uid', value: 'mine' },
      { op: 'remove', path: '/metadata/creationTimestamp' },
      { op: 'add', path: '/metadata/deletionTimestamp', value: '2020-01-01T00:00:00Z' },
      { op: 'remove', path: '/metadata/namespace' },
    );
    const metadata = await made();
    expect(metadata).toMatchObject({ namespace: 'default', creationTimestamp: expect.any(String) as string });
    expect(metadata['uid']).not.toBe('mine');
    expect(metadata).not.toHaveProperty('deletionTimestamp');
    patch({ op: 'replace', path: '/metadata/namespace', value: 'kube-system' });
    expect(await create({ hook: 'mutate' })).toMatchObject({ status: 400 });
  });
});
