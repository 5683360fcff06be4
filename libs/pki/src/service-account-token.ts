import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

/** A public key that verifies tokens of service accounts, with what their header says of it. */
export interface TokenKey {
  readonly id: string;
  readonly algorithm: 'ES256' | 'RS256';
  readonly key: KeyObject;
}

/** Reads a PEM or takes the public half of a private one. Throws for what is no key. */
export function tokenKey(pem: string): TokenKey {
  const key = createPublicKey(pem);
  const der = key.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(der).digest('base64url');
  return { id, algorithm: key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256', key };
}

/** Who the tokens in Secrets say issued them, whatever the cluster's issuer is. */
export const legacyTokenIssuer = 'kubernetes/serviceaccount';

/** What a token in a Secret says. It names no audience and does not end. */
export interface LegacyToken {
  readonly namespace: string;
  readonly serviceaccount: { readonly name: string; readonly uid: string };
  readonly secret: { readonly name: string };
}

const claim = (name: string): string => `kubernetes.io/serviceaccount/${name}`;

/**
 * Signs the token of a Secret of type kubernetes.io/service-account-token.
 * Upstream: pkg/serviceaccount/legacy.go.
 */
export async function signLegacyToken(privateKey: string, token: LegacyToken): Promise<string> {
  const { algorithm, id } = tokenKey(privateKey);
  const { namespace, serviceaccount, secret } = token;
  return new SignJWT({
    iss: legacyTokenIssuer,
    [claim('namespace')]: namespace,
    [claim('secret.name')]: secret.name,
    [claim('service-account.name')]: serviceaccount.name,
    [claim('service-account.uid')]: serviceaccount.uid,
    sub: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
  })
    .setProtectedHeader({ alg: algorithm, kid: id })
    .sign(createPrivateKey(privateKey));
}

/** What the claims of such a token say, once its signature is known to be good. Throws saying what is missing. */
export function readLegacyToken(claims: Readonly<Record<string, unknown>>): LegacyToken {
  const text = (name: string): string => {
    const value = claims[claim(name)];
    if (typeof value !== 'string' || value === '') throw new Error(`${name} claim is missing`);
    return value;
  };
  const token = {
    namespace: text('namespace'),
    secret: { name: text('secret.name') },
    serviceaccount: { name: text('service-account.name'), uid: text('service-account.uid') },
  };
  if (claims['sub'] !== `system:serviceaccount:${token.namespace}:${token.serviceaccount.name}`)
    throw new Error('sub claim is invalid');
  return token;
}
