import type { PeerCertificate, TLSSocket } from 'node:tls';
import { authenticated, type UserInfo } from '../user';
import { unauthorized } from './errors';

const users = new WeakMap<TLSSocket, UserInfo | typeof nobody>();
const nobody = Symbol('no certificate');

/**
 * The user that a connection's client certificate names (CN is the user, O are its groups), or
 * undefined when the client showed none. TLS has verified it against the client CA, for use by
 * clients; throws Unauthorized when that failed. Asked once per connection.
 */
export function connectionUser(socket: TLSSocket): UserInfo | undefined {
  const known = users.get(socket);
  if (known) return known === nobody ? undefined : known;
  const certificate = socket.getPeerCertificate();
  if (!certificate || Object.keys(certificate).length === 0) {
    users.set(socket, nobody);
    return undefined;
  }
  if (!socket.authorized) throw unauthorized(socket.authorizationError);
  const user = authenticated(certificateUser(certificate));
  users.set(socket, user);
  return user;
}

/** The user that a verified certificate names. Throws Unauthorized when it names none. */
export function certificateUser({ subject, fingerprint256 }: PeerCertificate): UserInfo {
  // The types know single values only; a name with several O has them as an array.
  const { CN, O } = subject as { CN?: string | string[]; O?: string | string[] };
  const name = [CN ?? []].flat()[0];
  if (!name) throw unauthorized(new Error('the client certificate has no common name'));
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase();
  return {
    name,
    uid: '',
    groups: [O ?? []].flat(),
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  };
}
