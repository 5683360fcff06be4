import { systemError } from './errors';

const unknownAuthority = 'certificate signed by unknown authority';

const mistrust: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'certificate has expired or is not yet valid',
  INVALID_PURPOSE: 'certificate specifies an incompatible key usage',
};

const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
};

const others: Readonly<Record<string, string>> = {
  ECONNRESET: 'EOF',
  EPIPE: 'write: broken pipe',
};

/** What went wrong with a connection to `address` (host:port), in the words of Go's client. */
export function goWords(error: unknown, address: string): string {
  const { code, message } = systemError(error);
  const host = address.replace(/:\d+$/, '');
  if (mistrust[code]) return `tls: failed to verify certificate: x509: ${mistrust[code]}`;
  if (refusals[code]) return `dial tcp ${address}: ${refusals[code]}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (code.startsWith('HPE_')) return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
  if (code === 'EPROTO')
    return message.includes('wrong version number')
      ? 'http: server gave HTTP response to HTTPS client'
      : 'remote error: tls: handshake failure';
  return others[code] ?? message;
}
