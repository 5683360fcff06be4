import { boolType, intType, opaqueType, stringType } from '../../types/type';
import { EvaluationError } from '../../values/evaluation-error';
import { OpaqueValue } from '../../values/value';
import { func, global, instanceOf, member, string } from '../declare';
import { type AddressBytes, formatAddress, isV4Mapped, maskAddress, parseAddress } from './address';
import { ip, ipType, IpValue, parseIp } from './ip';

export const cidrType = opaqueType('net.CIDR');

export class CidrValue extends OpaqueValue {
  readonly typeName = cidrType.name;

  constructor(
    readonly bytes: AddressBytes,
    readonly prefix: number,
  ) {
    super();
  }

  override get size(): number {
    return Math.ceil(this.prefix / 8);
  }

  equals(other: CidrValue): boolean {
    return this.prefix === other.prefix && formatAddress(this.bytes) === formatAddress(other.bytes);
  }
}

/** The range; why it is none otherwise. Upstream: parseCIDR. */
function read(text: string): CidrValue | string {
  const cut = text.lastIndexOf('/');
  const [address, length] = [text.slice(0, Math.max(0, cut)), text.slice(cut + 1)];
  const failed = (why: string): string => `network address parse error during conversion from string: ${why}`;
  const quoted = JSON.stringify(text);
  if (cut < 0) return failed(`netip.ParsePrefix(${quoted}): no '/'`);
  if (address.includes('%')) return `CIDR ${quoted} with zone value is not allowed`;
  const bytes = parseAddress(address);
  if (!bytes) return failed(`netip.ParsePrefix(${quoted}): ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length))
    return failed(`netip.ParsePrefix(${quoted}): bad bits after slash: ${JSON.stringify(length)}`);
  if (Number(length) > bytes.length * 8) return failed(`netip.ParsePrefix(${quoted}): prefix length out of range`);
  return isV4Mapped(bytes) ? `IPv4-mapped IPv6 address ${quoted} is not allowed` : new CidrValue(bytes, Number(length));
}

function parseCidr(text: string): CidrValue {
  const found = read(text);
  if (typeof found === 'string') throw new EvaluationError(found);
  return found;
}

const network = (bytes: AddressBytes, prefix: number): string => formatAddress(maskAddress(bytes, prefix));

const contains = ({ bytes, prefix }: CidrValue, other: AddressBytes): boolean =>
  bytes.length === other.length && network(bytes, prefix) === network(other, prefix);

const containsCidr = (one: CidrValue, other: CidrValue): boolean =>
  other.prefix >= one.prefix && contains(one, other.bytes);

const cidr = instanceOf(cidrType, CidrValue);

/** Upstream: k8s.io/apiserver/pkg/cel/library/cidr.go. */
export const cidrs = [
  func('cidr', global('string_to_cidr', [string], cidrType, parseCidr)),
  func(
    'isCIDR',
    global('is_cidr', [string], boolType, (text) => typeof read(text) !== 'string'),
  ),
  func(
    'string',
    global('cidr_to_string', [cidr], stringType, ({ bytes, prefix }) => `${formatAddress(bytes)}/${String(prefix)}`),
  ),
  func(
    'containsIP',
    member('cidr_contains_ip_string', [cidr, string], boolType, (range, text) => contains(range, parseIp(text).bytes)),
    member('cidr_contains_ip_ip', [cidr, ip], boolType, (range, { bytes }) => contains(range, bytes)),
  ),
  func(
    'containsCIDR',
    member('cidr_contains_cidr_string', [cidr, string], boolType, (range, text) =>
      containsCidr(range, parseCidr(text)),
    ),
    member('cidr_contains_cidr', [cidr, cidr], boolType, containsCidr),
  ),
  func(
    'ip',
    member('cidr_ip', [cidr], ipType, ({ bytes }) => new IpValue(bytes)),
  ),
  func(
    'prefixLength',
    member('cidr_prefix_length', [cidr], intType, ({ prefix }) => prefix),
  ),
  func(
    'masked',
    member('cidr_masked', [cidr], cidrType, ({ bytes, prefix }) => new CidrValue(maskAddress(bytes, prefix), prefix)),
  ),
];
