import { Informer } from '@skiff/client-runtime';
import type { ComponentParts } from '@skiff/component-base';
import { Kinds } from '@skiff/contracts';
import { aborted } from '@skiff/platform';
import { Counter } from 'prom-client';
import { DnsServer } from './server/dns-server';
import { Forwarder, type Upstream } from './server/forwarder';
import { Resolver } from './server/resolver';
import { InformerDirectory, serviceIndexers, sliceIndexers } from './zone/directory';
import { Zone, type ZoneOptions } from './zone/zone';

export interface DnsServiceOptions {
  readonly zone: ZoneOptions;
  /** Where names outside of the zone are asked for; without any, they fail at once. */
  readonly upstreams: readonly Upstream[];
  /** Where DNS is served, over UDP and TCP. */
  readonly address: string;
  readonly port: number;
}

export interface DnsService {
  /** Why it does not answer; undefined when it does. */
  health(): string | undefined;
  /** Answers from when the cluster's objects are known until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Answers the names of a cluster's Services and pods. */
export function dnsService(parts: ComponentParts, options: DnsServiceOptions): DnsService {
  const { client, clock, random, logger } = parts;
  const answers = new Counter({
    name: 'skiff_dns_responses_total',
    help: 'Answers, by transport and response code',
    labelNames: ['transport', 'code'],
    registers: [parts.metrics],
  });
  const services = new Informer(client, Kinds.Service, { indexers: serviceIndexers, clock, logger, random });
  const slices = new Informer(client, Kinds.EndpointSlice, { indexers: sliceIndexers, clock, logger, random });
  const namespaces = new Informer(client, Kinds.Namespace, { clock, logger, random });
  const zone = new Zone(new InformerDirectory(services, slices, namespaces), options.zone);
  const resolver = new Resolver({ zone, forwarder: new Forwarder({ upstreams: options.upstreams }), random });
  let server: DnsServer | undefined;
  return {
    health: () => (server ? undefined : 'the objects of the cluster are not known yet'),
    async run(signal) {
      await Promise.all([services.start(signal), slices.start(signal), namespaces.start(signal)]);
      const { address, port } = options;
      server = await DnsServer.listen({
        address,
        port,
        resolver,
        clock,
        logger,
        answered: (transport, code) => answers.inc({ transport, code: String(code) }),
      });
      logger.info('serving', { address, port: server.port, domain: zone.domain });
      await aborted(signal);
      await server.close();
    },
  };
}
