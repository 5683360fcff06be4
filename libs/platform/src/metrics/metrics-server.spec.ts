import { Counter, Registry } from 'prom-client';
import { serveMetrics } from './metrics-server';

describe('the metrics server', () => {
  const stop = new AbortController();
  const registry = new Registry();
  let problem: string | undefined;
  let base: string;

  beforeAll(async () => {
    new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
    const port = await serveMetrics({ address: '127.0.0.1:0', registry, health: () => problem }, stop.signal);
    base = `http://127.0.0.1:${port}`;
  });
  afterAll(() => stop.abort());

  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`${base}${path}`, { headers: { connection: 'close' } });
    return [response.status, await response.text()];
  };

  it('serves what the registry measures', async () => {
    const [status, body] = await get('/metrics');
    expect(status).toBe(200);
    expect(body).toContain('things_total 3');
  });

  it('says what is wrong with the service', async () => {
    expect(await get('/readyz')).toEqual([200, 'ok']);
    problem = 'the store cannot be reached';
    expect(await get('/healthz')).toEqual([500, 'the store cannot be reached\n']);
    expect((await get('/other'))[0]).toBe(404);
  });

  it('stays off without an address', async () => {
    expect(await serveMetrics({ address: '', registry, health: () => undefined }, stop.signal)).toBeUndefined();
  });

  it('fails when the address is taken', async () => {
    const address = base.replace('http://', '');
    await expect(serveMetrics({ address, registry, health: () => undefined }, stop.signal)).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});
