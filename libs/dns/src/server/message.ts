import {
  AUTHORITATIVE_ANSWER,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type Answer as ResourceRecord,
  type DecodedPacket,
  type Packet,
} from 'dns-packet';

/** Response codes of RFC 1035. */
export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
export type ResponseCode = keyof typeof rcodes;

/** An answer before it becomes a message. */
export interface Reply {
  readonly code: ResponseCode;
  readonly isAuthoritative?: boolean;
  readonly answers?: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
}

/** The largest UDP message that is sent to a client that says it takes more than 512 bytes; avoids fragments. */
const ourUdpPayloadSize = 1232;
const plainUdpSize = 512;
const headerSize = 12;
const tcpSize = 65_535;

/** The message that answers a query, cut to what its transport carries; the flag TC then has the client ask over TCP. */
export function encodeReply(query: DecodedPacket, reply: Reply, transport: 'udp' | 'tcp'): Buffer {
  const opt = query.additionals?.find((record) => record.type === 'OPT');
  const size = transport === 'tcp' ? tcpSize : udpSize(opt?.type === 'OPT' ? opt.udpPayloadSize : undefined);
  const own: ResourceRecord[] = opt === undefined ? [] : [emptyOpt()];
  const flags =
    rcodes[reply.code] |
    RECURSION_AVAILABLE |
    ((query.flags ?? 0) & RECURSION_DESIRED) |
    (reply.isAuthoritative === true ? AUTHORITATIVE_ANSWER : 0);
  const message: Packet = {
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: query.questions ?? [],
    answers: [...(reply.answers ?? [])],
    authorities: [...(reply.authorities ?? [])],
    additionals: [...(reply.additionals ?? []), ...own],
  };
  const whole = encode(message);
  if (whole.length <= size) return whole;
  // Additional records are a courtesy: without them the answer is still whole.
  const bare = encode({ ...message, additionals: own });
  if (bare.length <= size) return bare;
  return truncate({ ...message, flags: flags | TRUNCATED_RESPONSE, authorities: [], additionals: own }, size);
}

/** The answer to a message that cannot be read; undefined when not even its id can. */
export function encodeFormatError(message: Buffer): Buffer | undefined {
  if (message.length < headerSize) return undefined;
  return encode({ type: 'response', id: message.readUInt16BE(0), flags: rcodes.FORMERR });
}

function truncate(message: Packet, size: number): Buffer {
  const answers = message.answers ?? [];
  for (let count = answers.length; count > 0; count = Math.floor(count / 2)) {
    const shorter = encode({ ...message, answers: answers.slice(0, count) });
    if (shorter.length <= size) return shorter;
  }
  return encode({ ...message, answers: [] });
}

function udpSize(offered: number | undefined): number {
  return offered === undefined ? plainUdpSize : Math.min(Math.max(offered, plainUdpSize), ourUdpPayloadSize);
}

function emptyOpt(): ResourceRecord {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: ourUdpPayloadSize,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}
