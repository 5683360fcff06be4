import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket, type Packet, type RecordType } from 'dns-packet';
import { frame, takeMessages } from '../server/framing';
import { rcodes, type ResponseCode } from '../server/message';

export interface Asked {
  readonly code: ResponseCode | undefined;
  readonly packet: DecodedPacket;
  /** Records in one line each, such as `web.default A 10.96.0.20`, without the domain. */
  readonly answers: string[];
  readonly authorities: string[];
  readonly additionals: string[];
}

export function query(name: string, type: RecordType, extra: Packet = {}): Buffer {
  return encode({ type: 'query', id: 4711, flags: RECURSION_DESIRED, questions: [{ name, type }], ...extra });
}

export async function overUdp(port: number, message: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    socket.send(message, port, '127.0.0.1');
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(5_000) })) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

export async function overTcp(port: number, ...messages: Buffer[]): Promise<Buffer[]> {
  const socket = connect({ host: '127.0.0.1', port });
  const answers: Buffer[] = [];
  try {
    for (const message of messages) socket.write(frame(message));
    for await (const answer of takeMessages(socket)) if (answers.push(answer) === messages.length) break;
  } finally {
    socket.destroy();
  }
  return answers;
}

export function read(message: Buffer): Asked {
  const packet = decode(message);
  const code = (Object.keys(rcodes) as ResponseCode[]).find((name) => rcodes[name] === ((packet.flags ?? 0) & 0xf));
  const lines = (records: Packet['answers']): string[] =>
    (records ?? [])
      .filter((record) => record.type !== 'OPT')
      .map((record) => {
        const { data } = record as { data: unknown };
        return `${short(record.name)} ${record.type} ${short(text(data))}`;
      });
  return {
    code,
    packet,
    answers: lines(packet.answers),
    authorities: lines(packet.authorities),
    additionals: lines(packet.additionals),
  };
}

function text(data: unknown): string {
  if (Array.isArray(data)) return data.map(String).join(' ');
  if (typeof data !== 'object' || data === null) return String(data);
  if ('target' in data && 'port' in data) return `${String(data.port)} ${String(data.target)}`;
  return 'mname' in data ? String(data.mname) : JSON.stringify(data);
}

function short(name: string): string {
  return name.replace('.svc.cluster.local', '');
}
