import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { componentDoors, Informer } from '@skiff/client-runtime';
import { Kinds } from '@skiff/contracts';
import {
  DnsServer,
  Forwarder,
  InformerDirectory,
  readUpstreams,
  Resolver,
  serviceIndexers,
  sliceIndexers,
  Zone,
} from '@skiff/dns';
import {
  channelCredentials,
  createLogger,
  exportOptions,
  quietOutages,
  serveHealth,
  serveMetrics,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import { Counter, Registry } from 'prom-client';
import type { Config } from './config';

const RANDOM_STEPS = 2 ** 32;

/** Wires the DNS server; nothing runs before `run`. */
export function compose(config: Config): Service {
  const log = createLogger({ name: 'dns', level: config.logLevel, format: config.logFormat });
  const logger = quietOutages(log);
  const clock = systemClock;
  const { shutdown } = startTelemetry({
    service: 'dns',
    ...exportOptions(config, config),
    logger: log,
  });
  const registry = new Registry();
  const answers = new Counter({
    name: 'skiff_dns_responses_total',
    help: 'Answers, by transport and response code',
    labelNames: ['transport', 'code'],
    registers: [registry],
  });
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent: 'kube-dns',
    logger: log,
    metrics: new ClientMetrics({ registry, target: config.apiServer, clock: systemClock }),
  });
  const doors = componentDoors({ ...config, client, clock });
  const services = new Informer(client, Kinds.Service, { indexers: serviceIndexers, clock, logger });
  const slices = new Informer(client, Kinds.EndpointSlice, { indexers: sliceIndexers, clock, logger });
  const namespaces = new Informer(client, Kinds.Namespace, { clock, logger });
  const zone = new Zone(new InformerDirectory(services, slices, namespaces), {
    domain: config.clusterDomain,
    ttl: config.ttl,
    address: config.clusterDns || config.bindAddress,
  });
  const resolver = new Resolver({
    zone,
    forwarder: new Forwarder({ upstreams: upstreams(config) }),
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
  });
  return {
    logger: log,
    async run(signal) {
      await serveHealth(config.grpcAddress, signal, doors.calls);
      let server: DnsServer | undefined = undefined;
      const health = (): string | undefined => (server ? undefined : 'the objects of the cluster are not known yet');
      await serveMetrics({ address: config.metricsAddress, registry, health, ...doors.metrics }, signal);
      await Promise.all([services.start(signal), slices.start(signal), namespaces.start(signal)]);
      server = await DnsServer.listen({
        address: config.bindAddress,
        port: config.port,
        resolver,
        clock,
        logger,
        answered: (transport, code) => answers.inc({ transport, code: String(code) }),
      });
      logger.info('serving', { address: config.bindAddress, port: server.port, domain: zone.domain });
      if (!signal.aborted) await once(signal, 'abort');
      await server.close();
      client.close();
      await shutdown();
    },
  };
}

function upstreams(config: Config): ReturnType<typeof readUpstreams> {
  if (config.resolvConf === '') return [];
  return readUpstreams(readFileSync(config.resolvConf, 'utf8'), [config.bindAddress, config.clusterDns]);
}
