import { credentials } from '@grpc/grpc-js';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { parseAuditPolicy, type AuditEvent } from '@skiff/api-server/audit';
import { skiffapiv1 } from '@skiff/contracts';
import { Registry } from 'prom-client';
import { eventually } from '@skiff/testing';
import { startTestServer, type TestServer } from '../golden/server';
import { fromWithin } from './from-within';
import { overGrpc } from './over-grpc';
import { overRest } from './over-rest';
import { steps, type Result, type Transport } from './step';

/** What can be seen of a request. */
interface Seen {
  readonly result: Result;
  /** What was counted for it, by the name of the series. */
  readonly counted: Readonly<Record<string, number>>;
  /** What its span says. */
  readonly span: Readonly<Record<string, unknown>>;
  /** What the audit log is told of it, but for what is another each time or each way. */
  readonly told: readonly object[];
}

const counters = [
  'apiserver_request_total',
  'apiserver_request_duration_seconds',
  'apiserver_request_sli_duration_seconds',
  'apiserver_longrunning_requests',
  'apiserver_watch_events_total',
  'apiserver_current_inflight_requests',
  'authentication_attempts',
  'authorization_attempts_total',
];

describe('The same request over REST and gRPC', () => {
  const metrics = new Registry();
  const spans = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test');
  const seen: Record<string, Seen[]> = {};
  const events: AuditEvent[] = [];
  let server: TestServer;

  const counts = async (): Promise<Map<string, number>> => {
    const texts = await Promise.all(counters.map((name) => metrics.getSingleMetricAsString(name)));
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !/^#|_bucket\{|_sum[{ ]/.test(line));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };

  /** Waits until nothing is under way, for what is counted is counted once all has been sent. */
  const settled = (before: ReadonlyMap<string, number>): Promise<Map<string, number>> =>
    eventually(async () => {
      const now = await counts();
      const difference = [...now].filter(([name, value]) => value !== (before.get(name) ?? 0));
      expect([...now].filter(([name, value]) => /_inflight|_longrunning/.test(name) && value !== 0)).toEqual([]);
      expect(difference.some(([name]) => name.startsWith('apiserver_request_total'))).toBe(true);
      return new Map(difference);
    });

  const observe = async (transport: Transport, index: number): Promise<Seen> => {
    const step = steps[index];
    if (!step) throw new RangeError('there are fewer steps');
    const before = await counts();
    spans.reset();
    events.length = 0;
    const result = await transport(step);
    const after = await settled(before);
    const counted = Object.fromEntries([...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)]));
    const root = spans
      .getFinishedSpans()
      .find(({ parentSpanContext, name }) => !parentSpanContext && / \/|\//.test(name));
    const { 'http.request.method': _, 'rpc.method': __, ...attributes } = root?.attributes ?? {};
    const span = { ...attributes, status: root?.status.code };
    return { result: masked(result), counted, span, told: events.map(told) };
  };

  beforeAll(async () => {
    const backend = () => ({
      name: 'test',
      process: (event: AuditEvent) => void events.push(event),
      close: () => Promise.resolve(),
    });
    const { policy } = parseAuditPolicy(everything);
    server = await startTestServer({ metrics, tracer, audit: { policy, backends: [backend] } });
    const { ca, key, cert } = server.tls;
    const target = `127.0.0.1:${server.port}`;
    const known = credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));
    const admin = new skiffapiv1.ResourceServiceClient(target, known);
    const unknown = new skiffapiv1.ResourceServiceClient(target, credentials.createSsl(Buffer.from(ca)));
    const transports = { rest: overRest(server), grpc: overGrpc(admin, unknown), within: fromWithin(server.handle) };
    for (const [name, transport] of Object.entries(transports)) {
      const all = (seen[name] = [] as Seen[]);
      for (const [index, step] of steps.entries())
        if (name !== 'within' || step.as !== 'unknown') all[index] = await observe(transport, index);
    }
    admin.close();
    unknown.close();
  }, 120_000);
  afterAll(() => server.close());

  describe.each(steps.map(({ says }, index) => [says, index] as const))('%s', (_, index) => {
    const of = (transport: string): Seen => {
      const one = seen[transport]?.[index];
      if (!one) throw new RangeError(`${transport} sent no such step`);
      return one;
    };
    const isKnown = steps[index]?.as !== 'unknown';

    it('has the same result', () => expect(of('grpc').result).toEqual(of('rest').result));
    it('is counted as the same', () => expect(of('grpc').counted).toEqual(of('rest').counted));
    it('says the same in its span', () => {
      expect(of('rest').span).toHaveProperty(['http.response.status_code']);
      expect(of('grpc').span).toEqual(of('rest').span);
    });
    if (isKnown) {
      it('is told in the same words', () => {
        expect(of('rest').told).not.toEqual([]);
        expect(of('grpc').told).toEqual(of('rest').told);
      });
      it('has the same result, and is counted as the same, from within', () => {
        expect(of('within').result).toEqual(of('rest').result);
        const counted = Object.entries(of('rest').counted).filter(([name]) => !name.startsWith('authentication'));
        expect(of('within').counted).toEqual(Object.fromEntries(counted));
      });
    }
  });
});

const everything = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]';

function told(event: AuditEvent): object {
  const { auditID: _, requestReceivedTimestamp: __, stageTimestamp: ___, userAgent: ____, ...rest } = event;
  const { requestURI, requestObject, responseObject } = event;
  const parsed = (json: string | undefined): unknown => json && masked(JSON.parse(json));
  return {
    ...rest,
    responseStatus: rest.responseStatus && masked(rest.responseStatus),
    requestURI: requestURI.replace(/\?.*/, ''),
    requestObject: parsed(requestObject),
    responseObject: parsed(responseObject),
  };
}

/** Without what is another each time, in what errors quote as well. */
function masked(result: Result): Result {
  const text = JSON.stringify(result).replace(
    /(\\*"(?:uid|resourceVersion|creationTimestamp|time)\\*":\\*")[^"\\]+/g,
    '$1…',
  );
  return plain(JSON.parse(text));
}

/** A Status says over REST of what kind it is. */
function plain(value: unknown): Result {
  if (typeof value !== 'object' || value === null || !('status' in value) || !('code' in value || 'details' in value))
    return value;
  return { metadata: {}, ...value, kind: 'Status', apiVersion: 'v1' };
}
