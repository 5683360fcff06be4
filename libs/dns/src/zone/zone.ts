import { found, nameError, noData, type ResourceRecord, type ZoneAnswer } from './answer';
import { serviceOf, type Directory } from './directory';
import { publishedEndpoints } from './endpoints';
import { ServiceRecords } from './service-records';

export interface ZoneOptions {
  /** Such as `cluster.local`. */
  readonly domain: string;
  /** Seconds that others may keep an answer. Default 5, so that clients follow endpoints closely. */
  readonly ttl?: number;
  /** Of the server itself, as `ns.dns.<domain>`. */
  readonly address?: string;
}

/** The version of the Kubernetes DNS specification that the zone follows. */
const schemaVersion = '1.1.0';
const defaultTtl = 5;

/** The zone of the cluster, and the reverse names of its addresses. */
export class Zone {
  readonly domain: string;
  private readonly ttl: number;
  private readonly services: ServiceRecords;

  constructor(
    private readonly directory: Directory,
    private readonly options: ZoneOptions,
  ) {
    this.domain = options.domain.replace(/\.$/, '').toLowerCase();
    this.ttl = options.ttl ?? defaultTtl;
    this.services = new ServiceRecords(directory, this.domain, this.ttl);
  }

  /**
   * What the zone knows; undefined when the question is not its own.
   * @param name in lower case, without the last dot.
   */
  resolve(name: string, type: string): ZoneAnswer | undefined {
    if (name === this.domain) return this.apex(type);
    if (name.endsWith(`.${this.domain}`)) {
      return this.within(name.slice(0, -this.domain.length - 1).split('.'), name, type);
    }
    return name.endsWith('.in-addr.arpa') ? this.reverse(name, type) : undefined;
  }

  /** For answers that say that there is nothing. */
  get soa(): ResourceRecord {
    return {
      type: 'SOA',
      name: this.domain,
      ttl: this.ttl,
      data: {
        mname: this.server,
        rname: `hostmaster.${this.domain}`,
        serial: 1,
        refresh: 7200,
        retry: 1800,
        expire: 86_400,
        minimum: this.ttl,
      },
    };
  }

  private get server(): string {
    return `ns.dns.${this.domain}`;
  }

  private apex(type: string): ZoneAnswer {
    if (type === 'SOA') return found([this.soa]);
    if (type !== 'NS') return noData;
    const name = this.domain;
    return found([{ type: 'NS', name, ttl: this.ttl, data: this.server }], this.serverAddress());
  }

  private within(labels: string[], name: string, type: string): ZoneAnswer {
    const top = labels.pop();
    const second = labels.pop();
    if (top === 'svc') return second === undefined ? noData : this.services.resolve(labels, second, type);
    if (top === 'pod') return second === undefined ? noData : this.pod(labels, second, name, type);
    if (top === 'dns-version' && second === undefined) {
      return type === 'TXT' ? found([{ type, name, ttl: this.ttl, data: schemaVersion }]) : noData;
    }
    if (top !== 'dns' || labels.length > 0) return nameError;
    if (second === undefined) return noData;
    if (second !== 'ns') return nameError;
    return type === 'A' ? found(this.serverAddress()) : noData;
  }

  /** `1-2-3-4.<namespace>.pod`: the address that the name spells, whether or not a pod has it. */
  private pod(labels: readonly string[], namespace: string, name: string, type: string): ZoneAnswer {
    if (!this.directory.hasNamespace(namespace)) return nameError;
    const [address, ...more] = labels;
    if (address === undefined) return noData;
    if (more.length > 0 || !isAddress(address.split('-'))) return nameError;
    return type === 'A' ? found([{ type, name, ttl: this.ttl, data: address.replaceAll('-', '.') }]) : noData;
  }

  /** The name of a Service, or of an endpoint of a headless one; undefined when the address is not of the cluster. */
  private reverse(name: string, type: string): ZoneAnswer | undefined {
    const octets = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse();
    if (!isAddress(octets)) return undefined;
    const targets = this.namesOf(octets.join('.'));
    if (targets.length === 0) return undefined;
    if (type !== 'PTR') return noData;
    return found(targets.map((data) => ({ type: 'PTR', name, ttl: this.ttl, data })));
  }

  private namesOf(address: string): string[] {
    const service = this.directory.serviceByIP(address);
    if (service !== undefined) {
      return [`${service.metadata?.name}.${service.metadata?.namespace}.svc.${this.domain}`];
    }
    const names = this.directory.slicesByIP(address).flatMap((slice) => {
      const namespace = slice.metadata?.namespace ?? '';
      const owner = this.directory.service(namespace, serviceOf(slice));
      if (owner?.spec?.clusterIP !== 'None') return [];
      return publishedEndpoints(owner, [slice])
        .filter((endpoint) => endpoint.address === address)
        .map((endpoint) => `${endpoint.label}.${serviceOf(slice)}.${namespace}.svc.${this.domain}`);
    });
    return [...new Set(names)];
  }

  private serverAddress(): ResourceRecord[] {
    const { address } = this.options;
    return address === undefined ? [] : [{ type: 'A', name: this.server, ttl: this.ttl, data: address }];
  }
}

function isAddress(octets: readonly string[]): boolean {
  return octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
}
