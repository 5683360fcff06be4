import type { corev1 } from '@skiff/contracts';
import { found, nameError, noData, type ResourceRecord, type ZoneAnswer } from './answer';
import type { Directory } from './directory';
import { publishedEndpoints, type HeadlessEndpoint } from './endpoints';

/** A Service and the name that its records have. */
interface Subject {
  readonly service: corev1.Service;
  readonly name: string;
  /** Addresses of the Service itself; its endpoints' when it is headless. */
  readonly addresses: readonly { family: 'A' | 'AAAA'; address: string }[];
  /** Of a headless Service alone. */
  readonly endpoints?: readonly HeadlessEndpoint[];
}

/** The records of Services, after the Kubernetes DNS specification, version 1.1. */
export class ServiceRecords {
  constructor(
    private readonly directory: Directory,
    private readonly zone: string,
    private readonly ttl: number,
  ) {}

  /**
   * The records under `<namespace>.svc.<zone>`.
   * @param labels those before the namespace: of a Service, perhaps with an endpoint or a port before it.
   */
  resolve(labels: readonly string[], namespace: string, type: string): ZoneAnswer {
    const [service, second, third, ...more] = [...labels].reverse();
    if (service === undefined) return this.directory.hasNamespace(namespace) ? noData : nameError;
    const object = this.directory.service(namespace, service);
    if (object === undefined || more.length > 0) return nameError;
    const name = `${service}.${namespace}.svc.${this.zone}`;
    if (object.spec?.type === 'ExternalName')
      return second === undefined ? this.externalName(object, name, type) : nameError;
    const subject = this.subject(object, namespace, service, name);
    if (subject.addresses.length === 0) return nameError;
    if (second === undefined) return this.ofService(subject, type);
    if (second.startsWith('_')) return this.ofPort(subject, third, second, type);
    return third === undefined ? this.ofEndpoint(subject, second, type) : nameError;
  }

  private subject(service: corev1.Service, namespace: string, id: string, name: string): Subject {
    const { clusterIP = '', clusterIPs } = service.spec ?? {};
    if (clusterIP !== 'None' && clusterIP !== '') {
      const addresses = [...new Set([clusterIP, ...(clusterIPs ?? [])])].map((address) => ({
        family: address.includes(':') ? ('AAAA' as const) : ('A' as const),
        address,
      }));
      return { service, name, addresses };
    }
    const endpoints = publishedEndpoints(service, this.directory.slices(namespace, id));
    return { service, name, addresses: endpoints, endpoints };
  }

  private externalName({ spec }: corev1.Service, name: string, type: string): ZoneAnswer {
    const target = (spec?.externalName ?? '').replace(/\.$/, '').toLowerCase();
    if (target === '') return nameError;
    const alias: ResourceRecord = { type: 'CNAME', name, ttl: this.ttl, data: target };
    return type === 'CNAME' ? found([alias]) : { exists: true, answers: [alias], target };
  }

  private ofService(subject: Subject, type: string): ZoneAnswer {
    if (type === 'SRV') return this.services(subject, subject.name, () => true);
    return found(this.addresses(subject.name, subject.addresses, type));
  }

  /** `_port._protocol` before the name of the Service; `_protocol` alone only leads there. */
  private ofPort(subject: Subject, port: string | undefined, protocol: string, type: string): ZoneAnswer {
    const wanted = (candidate: { name?: string | undefined; protocol?: string | undefined }): boolean =>
      `_${(candidate.protocol ?? 'TCP').toLowerCase()}` === protocol &&
      (port === undefined ||
        (candidate.name !== undefined && candidate.name !== '' && `_${candidate.name.toLowerCase()}` === port));
    const owner = `${port === undefined ? '' : `${port}.`}${protocol}.${subject.name}`;
    const answer = this.services(subject, owner, wanted);
    if (answer.answers.length === 0) return nameError;
    return type === 'SRV' && port !== undefined ? answer : noData;
  }

  private ofEndpoint(subject: Subject, label: string, type: string): ZoneAnswer {
    const matching = (subject.endpoints ?? []).filter((endpoint) => endpoint.label === label);
    const name = `${label}.${subject.name}`;
    return matching.length === 0 ? nameError : found(this.addresses(name, matching, type));
  }

  /** SRV records of the ports that are wanted: one for the Service, or one for each endpoint when it is headless. */
  private services(
    { service, name, addresses, endpoints }: Subject,
    owner: string,
    wanted: (port: { name?: string | undefined; protocol?: string | undefined }) => boolean,
  ): ZoneAnswer {
    const additionals: ResourceRecord[] = [];
    const answers: ResourceRecord[] = [];
    const add = (port: number | undefined, target: string): void => {
      answers.push({
        type: 'SRV',
        name: owner,
        ttl: this.ttl,
        data: { priority: 0, weight: 100, port: port ?? 0, target },
      });
    };
    if (endpoints === undefined) {
      for (const port of (service.spec?.ports ?? []).filter(wanted)) add(port.port, name);
      additionals.push(...this.addresses(name, addresses, 'A'), ...this.addresses(name, addresses, 'AAAA'));
    }
    for (const endpoint of endpoints ?? []) {
      const ports = endpoint.ports.filter(wanted);
      const target = `${endpoint.label}.${name}`;
      for (const port of ports) add(port.port, target);
      if (ports.length > 0) additionals.push(...this.addresses(target, [endpoint], endpoint.family));
    }
    return found(answers, answers.length === 0 ? [] : additionals);
  }

  private addresses(name: string, all: Subject['addresses'], type: string): ResourceRecord[] {
    if (type !== 'A' && type !== 'AAAA') return [];
    return all
      .filter(({ family }) => family === type)
      .map(({ address }) => ({ type, name, ttl: this.ttl, data: address }));
  }
}
