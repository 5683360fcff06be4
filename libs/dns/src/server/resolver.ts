import { randomInt } from 'node:crypto';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket, type RecordType } from 'dns-packet';
import type { ResourceRecord, ZoneAnswer } from '../zone/answer';
import type { Zone } from '../zone/zone';
import type { Forwarder } from './forwarder';
import { encodeReply, type Reply } from './message';

export type Transport = 'udp' | 'tcp';

/** How many names in the zone may lead to one another. */
const longestChain = 8;

export interface ResolverOptions {
  readonly zone: Zone;
  /** For names outside of the zone. */
  readonly forwarder: Forwarder;
  /** A number from 0 to 1 that spreads clients over the addresses of a name. */
  readonly random: () => number;
}

/** Answers queries: from the zone what is its own, from upstream the rest. */
export class Resolver {
  constructor(private readonly options: ResolverOptions) {}

  /** The message that answers a query. `raw` is the query as it came. */
  async answer(raw: Buffer, query: DecodedPacket, transport: Transport, signal: AbortSignal): Promise<Buffer> {
    const [question, ...more] = query.questions ?? [];
    const reply = (content: Reply): Buffer => encodeReply(query, content, transport);
    if (query.type !== 'query' || question === undefined || more.length > 0) return reply({ code: 'FORMERR' });
    if ((((query.flags ?? 0) >> 11) & 0xf) !== 0) return reply({ code: 'NOTIMP' });
    if (question.class !== undefined && question.class !== 'IN') return reply({ code: 'REFUSED' });
    const known = this.options.zone.resolve(normalize(question.name), question.type);
    if (known !== undefined) return reply(await this.fromZone(known, question.name, question.type, signal));
    return (await this.options.forwarder.ask(raw, transport, signal)) ?? reply({ code: 'SERVFAIL' });
  }

  private async fromZone(known: ZoneAnswer, name: string, type: RecordType, signal: AbortSignal): Promise<Reply> {
    if (!known.exists || known.answers.length === 0) {
      return {
        code: known.exists ? 'NOERROR' : 'NXDOMAIN',
        isAuthoritative: true,
        authorities: [this.options.zone.soa],
      };
    }
    const followed = known.target === undefined ? [] : await this.follow(known.target, type, signal);
    return {
      code: 'NOERROR',
      isAuthoritative: true,
      // Clients that compare find the name as they wrote it.
      answers: [...this.shuffle(known.answers).map((record) => asAsked(record, name)), ...followed],
      additionals: known.additionals ?? [],
    };
  }

  /** The records that an alias leads to, as far as they are known. */
  private async follow(alias: string, type: RecordType, signal: AbortSignal): Promise<readonly ResourceRecord[]> {
    const records: ResourceRecord[] = [];
    let target: string | undefined = alias;
    for (let step = 0; target !== undefined && step < longestChain; step++) {
      const known: ZoneAnswer | undefined = this.options.zone.resolve(target, type);
      if (known === undefined) return [...records, ...(await this.askUpstream(target, type, signal))];
      records.push(...known.answers);
      target = known.target;
    }
    return records;
  }

  private async askUpstream(name: string, type: RecordType, signal: AbortSignal): Promise<readonly ResourceRecord[]> {
    const questions = [{ name, type, class: 'IN' as const }];
    const query = encode({ type: 'query', id: randomInt(65_536), flags: RECURSION_DESIRED, questions });
    const received = await this.options.forwarder.ask(query, 'udp', signal);
    return received === undefined ? [] : (decode(received).answers ?? []);
  }

  /** Turns the records of one type so that another address comes first. */
  private shuffle(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
    if (records.length < 2) return records;
    const first = Math.floor(this.options.random() * records.length);
    return [...records.slice(first), ...records.slice(0, first)];
  }
}

function normalize(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

function asAsked(record: ResourceRecord, name: string): ResourceRecord {
  return normalize(record.name) === normalize(name) ? { ...record, name } : record;
}
