import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { silentLogger, systemClock } from '@skiff/platform';
import { decode, encode, type Answer, type RecordType } from 'dns-packet';
import { eventually } from '@skiff/testing';
import { overTcp, overUdp, query, read, type Asked } from '../testing/ask';
import { cluster } from '../testing/cluster';
import { Zone } from '../zone/zone';
import { DnsServer } from './dns-server';
import { Forwarder, type Upstream } from './forwarder';
import { Resolver } from './resolver';

let server: DnsServer;
let turn = 0;

function listen(upstreams: Upstream[], address = '127.0.0.1', port = 0): Promise<DnsServer> {
  const resolver = new Resolver({
    zone: new Zone(cluster, { domain: 'cluster.local', address: '10.96.0.10' }),
    forwarder: new Forwarder({ upstreams, timeoutMilliseconds: 200 }),
    random: () => turn,
  });
  return DnsServer.listen({ address, port, resolver, clock: systemClock, logger: silentLogger });
}

beforeAll(async () => {
  server = await listen([]);
});

afterAll(async () => {
  await server.close();
});

beforeEach(() => {
  turn = 0;
});

async function ask(name: string, type: RecordType, to = server): Promise<Asked> {
  return read(await overUdp(to.port, query(name, type)));
}

const inService = (name: string): string => `${name}.default.svc.cluster.local`;

it.each<[string, RecordType, string[]]>([
  ['web', 'A', ['web.default A 10.96.0.20']],
  ['redis', 'A', ['redis.default A 10.244.1.5', 'redis.default A 10.244.2.6']],
  ['redis-0.redis', 'A', ['redis-0.redis.default A 10.244.1.5']],
  ['10-244-2-6.redis', 'A', ['10-244-2-6.redis.default A 10.244.2.6']],
  ['starting', 'A', ['starting.default A 10.244.3.1']],
  ['_http._tcp.web', 'SRV', ['_http._tcp.web.default SRV 80 web.default']],
  ['_dns._udp.web', 'SRV', ['_dns._udp.web.default SRV 53 web.default']],
  [
    '_redis._tcp.redis',
    'SRV',
    [
      '_redis._tcp.redis.default SRV 6379 redis-0.redis.default',
      '_redis._tcp.redis.default SRV 6379 10-244-2-6.redis.default',
    ],
  ],
  ['web', 'SRV', ['web.default SRV 80 web.default', 'web.default SRV 53 web.default']],
  ['outside', 'CNAME', ['outside.default CNAME example.com']],
  ['alias', 'A', ['alias.default CNAME web.default', 'web.default A 10.96.0.20']],
])('%s has its %s records', async (name, type, answers) => {
  const asked = await ask(inService(name), type);
  expect(asked.code).toBe('NOERROR');
  expect(asked.answers).toEqual(answers);
  expect(asked.packet.flag_aa).toBe(true);
});

it.each<[string, RecordType, string[]]>([
  ['20.0.96.10.in-addr.arpa', 'PTR', ['20.0.96.10.in-addr.arpa PTR web.default']],
  ['5.1.244.10.in-addr.arpa', 'PTR', ['5.1.244.10.in-addr.arpa PTR redis-0.redis.default']],
  ['1-2-3-4.default.pod.cluster.local', 'A', ['1-2-3-4.default.pod.cluster.local A 1.2.3.4']],
  ['dns-version.cluster.local', 'TXT', ['dns-version.cluster.local TXT 1.1.0']],
  ['cluster.local', 'SOA', ['cluster.local SOA ns.dns.cluster.local']],
  ['cluster.local', 'NS', ['cluster.local NS ns.dns.cluster.local']],
  ['ns.dns.cluster.local', 'A', ['ns.dns.cluster.local A 10.96.0.10']],
])('%s has its %s record', async (name, type, answers) => {
  expect(await ask(name, type)).toMatchObject({ code: 'NOERROR', answers });
});

it('SRV records come with the addresses of their targets', async () => {
  const { additionals } = await ask(inService('_redis._tcp.redis'), 'SRV');
  expect(additionals).toEqual(['redis-0.redis.default A 10.244.1.5', '10-244-2-6.redis.default A 10.244.2.6']);
});

it.each<[string, RecordType]>([
  [inService('none'), 'A'],
  [inService('empty'), 'A'],
  [inService('redis-2.redis'), 'A'],
  [inService('_none._tcp.web'), 'SRV'],
  [inService('_http._udp.web'), 'SRV'],
  [inService('x.web'), 'A'],
  [inService('a.b.c.web'), 'A'],
  ['web.none.svc.cluster.local', 'A'],
  ['none.svc.cluster.local', 'A'],
  ['1-2-3-256.default.pod.cluster.local', 'A'],
  ['1-2-3-4.none.pod.cluster.local', 'A'],
  ['web.default.cluster.local', 'A'],
])('%s does not exist', async (name, type) => {
  expect(await ask(name, type)).toMatchObject({
    code: 'NXDOMAIN',
    answers: [],
    authorities: ['cluster.local SOA ns.dns.cluster.local'],
  });
});

it.each<[string, RecordType]>([
  [inService('web'), 'AAAA'],
  [inService('web'), 'MX'],
  [inService('redis'), 'AAAA'],
  [inService('_http._tcp.web'), 'A'],
  [inService('_tcp.web'), 'SRV'],
  ['default.svc.cluster.local', 'A'],
  ['svc.cluster.local', 'A'],
  ['default.pod.cluster.local', 'A'],
  ['cluster.local', 'A'],
  ['dns-version.cluster.local', 'A'],
])('%s exists without records of the type %s', async (name, type) => {
  expect(await ask(name, type)).toMatchObject({
    code: 'NOERROR',
    answers: [],
    authorities: ['cluster.local SOA ns.dns.cluster.local'],
  });
});

it('names are matched in any case and answered as they were asked', async () => {
  const { packet } = await ask('WEB.Default.svc.Cluster.local', 'A');
  expect(packet.answers?.[0]).toMatchObject({ name: 'WEB.Default.svc.Cluster.local', data: '10.96.0.20', ttl: 5 });
});

it('clients are spread over the addresses of a name', async () => {
  turn = 0.6;
  expect((await ask(inService('redis'), 'A')).answers).toEqual([
    'redis.default A 10.244.2.6',
    'redis.default A 10.244.1.5',
  ]);
});

it('an answer that is too long is cut, says so, and is whole over TCP and with EDNS', async () => {
  const name = inService('crowd');
  const plain = await overUdp(server.port, query(name, 'A'));
  expect(plain.length).toBeLessThanOrEqual(512);
  expect(read(plain).packet.flag_tc).toBe(true);
  const [whole, again] = await overTcp(server.port, query(name, 'A'), query(inService('web'), 'A'));
  expect(read(whole ?? plain).answers).toHaveLength(100);
  expect(read(again ?? plain).answers).toEqual(['web.default A 10.96.0.20']);
  const opt: Answer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4096,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  const extended = await overUdp(server.port, query(inService('redis'), 'SRV', { additionals: [opt] }));
  expect(read(extended).packet.additionals?.some((record) => record.type === 'OPT')).toBe(true);
});

it('what is not a proper query is told so', async () => {
  expect(read(await overUdp(server.port, query('web', 'A', { questions: [] }))).code).toBe('FORMERR');
  expect(read(await overUdp(server.port, query('web', 'A', { flags: 2 << 11 }))).code).toBe('NOTIMP');
  expect(
    read(await overUdp(server.port, query('web', 'A', { questions: [{ name: 'web', type: 'A', class: 'CH' }] }))).code,
  ).toBe('REFUSED');
  const broken = query('web.default.svc.cluster.local', 'A').subarray(0, 20);
  expect(read(await overUdp(server.port, broken))).toMatchObject({ code: 'FORMERR', packet: { id: 4711 } });
});

it('other names fail at once without a resolver upstream', async () => {
  const start = performance.now();
  expect((await ask('example.com', 'A')).code).toBe('SERVFAIL');
  // A query that is sent on waits for 1.5 s.
  expect(performance.now() - start).toBeLessThan(1_000);
});

describe('with a resolver upstream', () => {
  let upstream: Socket;
  let forwarding: DnsServer;
  let silent: Socket;

  beforeAll(async () => {
    upstream = createSocket('udp4');
    upstream.on('message', (message, client) => {
      const { id, questions } = decode(message);
      const name = questions?.[0]?.name ?? '';
      const answers = [{ type: 'A' as const, name, ttl: 60, data: '93.184.216.34' }];
      upstream.send(
        encode({ type: 'response', id: id ?? 0, questions: questions ?? [], answers }),
        client.port,
        client.address,
      );
    });
    upstream.bind(0, '127.0.0.1');
    silent = createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(upstream, 'listening'), once(silent, 'listening')]);
    const resolvers = [silent, upstream].map((socket) => ({ address: '127.0.0.1', port: socket.address().port }));
    forwarding = await listen(resolvers);
  });

  afterAll(async () => {
    await forwarding.close();
    upstream.close();
    silent.close();
  });

  it('other names are asked there, and of the next one when the first is silent', async () => {
    const asked = await ask('example.com', 'A', forwarding);
    expect(asked).toMatchObject({ code: 'NOERROR', answers: ['example.com A 93.184.216.34'], packet: { id: 4711 } });
  });

  it('an external name comes with the records that it leads to', async () => {
    const { answers } = await ask(inService('outside'), 'A', forwarding);
    expect(answers).toEqual(['outside.default CNAME example.com', 'example.com A 93.184.216.34']);
  });
});

it('a server beside another takes over when that one goes, and no query is lost', async () => {
  const message = query(inService('web'), 'A');
  let current = await listen([]);
  const { port } = current;
  let over = false;
  let answered = 0;
  const ask = async (): Promise<void> => {
    for (; !over; answered += 1) expect(read(await overUdp(port, message)).code).toBe('NOERROR');
  };
  const asking = ask();
  for (let round = 0; round < 5; round += 1) {
    const next = await listen([], '127.0.0.1', port);
    const before = answered;
    await current.close();
    await eventually(() => answered >= before + 10);
    current = next;
  }
  over = true;
  await asking;
  const overTcpAgain = await eventually(() => overTcp(port, message));
  expect(overTcpAgain.map((answer) => read(answer).code)).toEqual(['NOERROR']);
  await current.close();
});
