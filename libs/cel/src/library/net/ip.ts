import { boolType, intType, opaqueType, stringType } from '../../types/type';
import { EvaluationError } from '../../values/evaluation-error';
import { OpaqueValue } from '../../values/value';
import { func, global, instanceOf, member, string } from '../declare';
import { type AddressBytes, formatAddress, isV4Mapped, parseAddress } from './address';

export const ipType = opaqueType('net.IP');

export class IpValue extends OpaqueValue {
  readonly typeName = ipType.name;

  constructor(readonly bytes: AddressBytes) {
    super();
  }

  override get size(): number {
    return this.bytes.length;
  }

  equals(other: IpValue): boolean {
    return formatAddress(this.bytes) === formatAddress(other.bytes);
  }
}

const quoted = (text: string): string => JSON.stringify(text);

/** The address; why it is none otherwise. Upstream: parseIPAddr. */
function read(text: string): AddressBytes | string {
  if (text.includes('%') && parseAddress(text.slice(0, text.indexOf('%'))))
    return `IP address ${quoted(text)} with zone value is not allowed`;
  const bytes = parseAddress(text);
  if (!bytes)
    return `IP Address ${quoted(text)} parse error during conversion from string: ParseAddr(${quoted(text)}): unable to parse IP`;
  return isV4Mapped(bytes) ? `IPv4-mapped IPv6 address ${quoted(text)} is not allowed` : bytes;
}

export function parseIp(text: string): IpValue {
  const found = read(text);
  if (typeof found === 'string') throw new EvaluationError(found);
  return new IpValue(found);
}

export const ip = instanceOf(ipType, IpValue);

const isV4 = (bytes: AddressBytes): boolean => bytes.length === 4;
const startsWith = (bytes: AddressBytes, ...prefix: number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);

const isUnspecified = ({ bytes }: IpValue): boolean => bytes.every((byte) => byte === 0);
const isLoopback = ({ bytes }: IpValue): boolean =>
  isV4(bytes) ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
const isLinkLocalMulticast = ({ bytes }: IpValue): boolean =>
  isV4(bytes) ? startsWith(bytes, 224, 0, 0) : bytes[0] === 0xff && ((bytes[1] ?? 0) & 15) === 2;
const isLinkLocalUnicast = ({ bytes }: IpValue): boolean =>
  isV4(bytes) ? startsWith(bytes, 169, 254) : bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
const isMulticast = ({ bytes }: IpValue): boolean =>
  isV4(bytes) ? ((bytes[0] ?? 0) & 0xf0) === 224 : bytes[0] === 0xff;
const isBroadcast = ({ bytes }: IpValue): boolean => isV4(bytes) && bytes.every((byte) => byte === 255);
const isGlobalUnicast = (address: IpValue): boolean =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some((is) => is(address));

/** Upstream: k8s.io/apiserver/pkg/cel/library/ip.go. */
export const ips = [
  func('ip', global('string_to_ip', [string], ipType, parseIp)),
  func(
    'isIP',
    global('is_ip', [string], boolType, (text) => typeof read(text) !== 'string'),
  ),
  func(
    'ip.isCanonical',
    global('ip_is_canonical', [string], boolType, (text) => formatAddress(parseIp(text).bytes) === text),
  ),
  func(
    'string',
    global('ip_to_string', [ip], stringType, ({ bytes }) => formatAddress(bytes)),
  ),
  func(
    'family',
    member('ip_family', [ip], intType, ({ bytes }) => (isV4(bytes) ? 4 : 6)),
  ),
  func('isUnspecified', member('ip_is_unspecified', [ip], boolType, isUnspecified)),
  func('isLoopback', member('ip_is_loopback', [ip], boolType, isLoopback)),
  func('isLinkLocalMulticast', member('ip_is_link_local_multicast', [ip], boolType, isLinkLocalMulticast)),
  func('isLinkLocalUnicast', member('ip_is_link_local_unicast', [ip], boolType, isLinkLocalUnicast)),
  func('isGlobalUnicast', member('ip_is_global_unicast', [ip], boolType, isGlobalUnicast)),
];
