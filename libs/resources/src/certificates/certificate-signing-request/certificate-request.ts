import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { pemBlocks } from './pem-blocks';

/** What a certificate signing request asks for, once its signature has been found good. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

interface Element {
  readonly tag: number;
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The DER elements that follow one another in some bytes. Throws a RangeError when they are cut off. */
function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4) throw new RangeError('asn1: structure error: length too large');
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    const end = start + length;
    if (start > bytes.length || end > bytes.length) throw new RangeError('asn1: syntax error: data truncated');
    found.push({ tag, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

const commonNameId = Buffer.from('550403', 'hex');

const organizationId = Buffer.from('55040a', 'hex');

/** The text of every attribute of a distinguished name that has this identifier. */
function attributes(name: Element, identifier: Buffer): string[] {
  const pairs = elements(name.content).flatMap((set) => elements(set.content).map((one) => elements(one.content)));
  return pairs
    .filter(([id]) => id?.content.equals(identifier))
    .map(([, value]) => value?.content.toString('utf8') ?? '');
}

/** By the object identifier of a signature algorithm, which hash it signs; null for none. */
const hashes: Readonly<Record<string, string | null>> = {
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '2b6570': null,
};

function signatureHolds(data: Buffer, algorithm: Element, signature: Buffer, key: KeyObject): boolean {
  const identifier = elements(algorithm.content)[0]?.content.toString('hex') ?? '';
  const hash = hashes[identifier];
  return hash !== undefined && verify(hash, data, key, signature);
}

const wrongType = 'PEM block type must be CERTIFICATE REQUEST';

/**
 * Reads a PKCS#10 request in PEM, given in base64 as the API has it, and checks that it is
 * signed with the key it asks for. Throws an Error that says what is wrong with it.
 */
export function parseCertificateRequest(request: string): CertificateRequest {
  const [block] = pemBlocks(Buffer.from(request, 'base64').toString('latin1'), 1);
  if (block?.type !== 'CERTIFICATE REQUEST') throw new Error(wrongType);
  const [outer] = elements(Buffer.from(block.body, 'base64'));
  const [info, algorithm, signature] = outer ? elements(outer.content) : [];
  const [, subject, publicKey] = info ? elements(info.content) : [];
  if (!info || !algorithm || !signature || !subject || !publicKey)
    throw new Error('asn1: structure error: not a certificate request');
  const key = createPublicKey({ key: publicKey.whole, format: 'der', type: 'spki' });
  // The first byte of a bit string tells how many bits of the last are not used: none.
  if (!signatureHolds(info.whole, algorithm, signature.content.subarray(1), key))
    throw new Error('x509: signature of the certificate request does not verify');
  return {
    commonName: attributes(subject, commonNameId).at(-1) ?? '',
    organizations: attributes(subject, organizationId),
  };
}

/** What is wrong with an issued chain (base64 of PEM); undefined when all is well or it is empty. */
export function certificateProblem(certificate: string | undefined): string | undefined {
  if (!certificate) return undefined;
  const blocks = pemBlocks(Buffer.from(certificate, 'base64').toString('latin1'));
  const strange = blocks.find(({ type }) => type !== 'CERTIFICATE');
  if (strange) return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(strange.type)}`;
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}
