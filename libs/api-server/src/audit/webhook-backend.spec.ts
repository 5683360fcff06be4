import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@skiff/platform';
import { drainEventLoop, eventually, FakeClock } from '@skiff/testing';
import type { AuditBackend } from './backend';
import type { AuditEvent } from './event';
import { webhookBackend, type WebhookBackendOptions } from './webhook-backend';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly list: { readonly items: readonly { readonly auditID: string; readonly [field: string]: unknown }[] };
}

const event = (auditID: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  level: 'Metadata',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/',
  verb: 'get',
  user: {},
  requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  stageTimestamp: '2026-01-01T00:00:00.000000Z',
  ...more,
});

describe('A webhook that is told of requests', () => {
  const received: Received[] = [];
  let codes: number[] = [];
  let server: Server;
  let clock: FakeClock;
  let lost: number;

  beforeEach(async () => {
    received.length = 0;
    codes = [];
    lost = 0;
    clock = new FakeClock();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          headers: request.headers,
          list: JSON.parse(Buffer.concat(chunks).toString()) as Received['list'],
        });
        response.writeHead(codes.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const start = (more: Partial<WebhookBackendOptions> = {}): AuditBackend =>
    webhookBackend({
      target: {
        server: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit?to=me`,
        token: 'secret',
        insecureSkipTlsVerify: false,
      },
      batch: { bufferSize: 100, maxBatchSize: 2, maxBatchWait: 1_000 },
      initialBackoff: 10_000,
      ...more,
    })({ clock, random: () => 0.5, logger: silentLogger, lost: (_, events) => void (lost += events) });

  it('gets lists of events', async () => {
    const backend = start();
    for (const id of ['a', 'b']) backend.process(event(id));
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/json' });
    expect(received[0]?.list).toMatchObject({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      metadata: {},
      items: [
        { kind: 'Event', auditID: 'a' },
        { kind: 'Event', auditID: 'b' },
      ],
    });
    await backend.close();
  });

  it('is asked again when it has no time, and others need not wait for that', async () => {
    codes = [500, 200, 429, 200];
    const backend = start();
    for (const id of ['a', 'b']) backend.process(event(id));
    await eventually(() => expect(received).toHaveLength(1));
    for (const id of ['c', 'd']) backend.process(event(id));
    await eventually(() => expect(received).toHaveLength(2));
    await eventually(async () => {
      await clock.advance(11_000);
      expect(received).toHaveLength(3);
    });
    await eventually(async () => {
      await clock.advance(16_500);
      expect(received).toHaveLength(4);
    });
    expect(received.map(({ list }) => list.items[0]?.auditID)).toEqual(['a', 'c', 'a', 'a']);
    await drainEventLoop();
    expect(lost).toBe(0);
    await backend.close();
  });

  it('loses what it does not want, which is counted', async () => {
    codes = [400];
    const backend = start();
    for (const id of ['a', 'b']) backend.process(event(id));
    await eventually(() => expect(lost).toBe(2));
    expect(received).toHaveLength(1);
    await backend.close();
  });

  it('gets large events without their objects, and none that is large still', async () => {
    const backend = start({ truncate: { maxEventSize: 500, maxBatchSize: 10_000 } });
    backend.process(event('large', { requestObject: JSON.stringify('x'.repeat(1_000)) }));
    backend.process(event('larger', { requestURI: `/${'x'.repeat(1_000)}` }));
    backend.process(event('small', { requestObject: '{"a":1}' }));
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]?.list.items).toMatchObject([
      { auditID: 'large', annotations: { 'audit.k8s.io/truncated': 'true' } },
      { auditID: 'small', requestObject: { a: 1 } },
    ]);
    expect(received[0]?.list.items[0]).not.toHaveProperty('requestObject');
    expect(lost).toBe(1);
    await backend.close();
  });
});
