import { Registry } from 'prom-client';
import { countsOf, SeriesCounter, SeriesHistogram } from './series';

describe('A histogram of series', () => {
  const registry = new Registry();
  const options = { help: 'How long.', labelNames: ['verb'], registry } as const;
  const histogram = new SeriesHistogram({ name: 'd_seconds', buckets: [0.1, 1], ...options });
  countsOf(histogram, { name: 'd_total', ...options });
  const get = histogram.series({ verb: 'GET' });
  histogram.series({ verb: 'PUT' });
  for (const value of [0.05, 0.1, 0.5, 3]) get.observe(value);

  it('is shown as any other, with counts that add up to each bound, once something was observed', async () => {
    expect((await registry.metrics()).split('\n').slice(0, 7)).toEqual([
      '# HELP d_seconds How long.',
      '# TYPE d_seconds histogram',
      'd_seconds_bucket{le="0.1",verb="GET"} 2',
      'd_seconds_bucket{le="1",verb="GET"} 3',
      'd_seconds_bucket{le="+Inf",verb="GET"} 4',
      'd_seconds_sum{verb="GET"} 3.65',
      'd_seconds_count{verb="GET"} 4',
    ]);
  });

  it('counts, whenever somebody looks', async () => {
    expect(await registry.metrics()).toContain('d_total{verb="GET"} 4');
    get.observe(1);
    const text = await registry.metrics();
    expect(text).toContain('d_total{verb="GET"} 5');
    expect(text).not.toContain('PUT');
  });
});

describe('A counter of series', () => {
  it('has each set of labels once, and is shown once something was counted', async () => {
    const registry = new Registry();
    const options = { help: 'Requests.', labelNames: ['verb', 'code'], registry } as const;
    const counter = new SeriesCounter({ name: 'r_total', ...options });
    counter.series({ verb: 'PUT', code: '200' });
    counter.series({ verb: 'GET', code: '200' }).inc();
    counter.series({ code: '200', verb: 'GET' }).inc();
    const shown = '# HELP r_total Requests.\n# TYPE r_total counter\nr_total{verb="GET",code="200"} 2\n';
    expect(await registry.metrics()).toBe(shown);
    expect(await registry.metrics()).toBe(shown);
  });
});
