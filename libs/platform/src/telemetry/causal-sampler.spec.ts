import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
} from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { systemClock, type Clock } from '../clock/clock';
import { Beginnings, type BeginningsOptions } from './trace-beginnings';
import { CausalSampler } from './causal-sampler';

const traceId = '0af7651916cd43dd8448eb211c80319c';

function spanContext(isSampled: boolean): Link['context'] {
  return { traceId, spanId: 'b7ad6b7169203331', traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

describe('CausalSampler', () => {
  let now = 0;
  const clock: Clock = { ...systemClock, monotonic: () => now };
  const sampler = (options: Partial<BeginningsOptions> = {}): CausalSampler => {
    const beginnings = new Beginnings({ share: 1, perSecond: 2, clock, ...options });
    return new CausalSampler((name, attributes) => beginnings.mayBegin(name, attributes));
  };
  const keeps = (
    it: CausalSampler,
    { name = 'x', parent = ROOT_CONTEXT, attributes = {}, links = [] }: Partial<Input> = {},
  ): boolean =>
    it.shouldSample(parent, traceId, name, SpanKind.INTERNAL, attributes, links).decision ===
    SamplingDecision.RECORD_AND_SAMPLED;
  interface Input {
    name: string;
    parent: Context;
    attributes: Attributes;
    links: Link[];
  }
  const kept = (it: CausalSampler, times: number, input?: Partial<Input>): number =>
    Array.from({ length: times }, () => keeps(it, input)).filter(Boolean).length;

  it('goes with the parent, whatever is left', () => {
    const parent = (isSampled: boolean): Context => trace.setSpanContext(ROOT_CONTEXT, spanContext(isSampled));
    expect(kept(sampler(), 500, { parent: parent(true) })).toBe(500);
    expect(keeps(sampler(), { parent: parent(false) })).toBe(false);
  });

  it('goes with whoever caused it, if only one of them is kept', () => {
    const link = (isSampled: boolean): Link => ({ context: spanContext(isSampled) });
    expect(keeps(sampler({ share: 0 }), { links: [link(false), link(true)] })).toBe(true);
    expect(keeps(sampler(), { links: [link(false)] })).toBe(false);
  });

  it('keeps what begins by itself up to a rate, and many at once after a rest', () => {
    const busy = sampler();
    expect(kept(busy, 1_000)).toBe(100);
    now += 2_500;
    expect(kept(busy, 1_000)).toBe(5);
    now += 1_000_000;
    expect(kept(busy, 1_000)).toBe(100);
  });

  it('has a budget for each operation, so that reads leave room for writes', () => {
    const busy = sampler();
    const get = { attributes: { 'http.request.method': 'GET' } };
    expect(
      Array.from({ length: 500 }, (_, index) => keeps(busy, { name: `GET /${index}`, ...get })).filter(Boolean),
    ).toHaveLength(100);
    expect(keeps(busy, { name: 'POST /', attributes: { 'http.request.method': 'POST' } })).toBe(true);
    expect(keeps(busy, { name: 'sync' })).toBe(true);
  });

  it('remembers no more operations than there may be, whatever methods a client makes up', () => {
    const busy = sampler();
    const total = Array.from({ length: 10_000 }, (_, index) => kept(busy, 1, { name: `made-up-${index}` }));
    // 64 of their own, and then those of one budget.
    expect(total.reduce((sum, each) => sum + each)).toBe(64 + 100);
  });

  it('keeps no more than its share, and all of it without a rate', () => {
    expect(kept(sampler({ share: 0 }), 100)).toBe(0);
    expect(kept(sampler({ perSecond: 0 }), 1_000)).toBe(1_000);
  });
});
