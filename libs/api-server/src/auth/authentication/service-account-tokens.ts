import { createPrivateKey, type KeyObject } from 'node:crypto';
import { exportJWK, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';
import { legacyTokenIssuer, readLegacyToken, tokenKey, type TokenKey } from '@skiff/pki/service-account-token';
import { randomUuid, type Clock, type Random } from '@skiff/platform';

export interface ObjectIdentity {
  readonly name: string;
  readonly uid: string;
}

/** What a service-account token says: who, and what it is bound to. */
export interface TokenBinding {
  readonly namespace: string;
  readonly serviceaccount: ObjectIdentity;
  readonly pod?: ObjectIdentity;
  readonly secret?: ObjectIdentity;
  readonly node?: ObjectIdentity;
}

export interface VerifiedToken extends TokenBinding {
  readonly audiences: readonly string[];
  /** The token's own id; empty for a token that is kept in a Secret. */
  readonly id: string;
  /** When it ends, in milliseconds since the epoch; Infinity for a token that is kept in a Secret. */
  readonly expires: number;
  /** The Secret that keeps the token, for one that is good only as long as it does. */
  readonly keptIn?: string;
}

export interface ServiceAccountTokenOptions {
  /** PEM of the EC P-256 or RSA private key. */
  readonly privateKey: string;
  /** PEM of further public or private keys whose tokens are accepted, for rotation. */
  readonly formerKeys?: readonly string[];
  readonly issuer: string;
  readonly clock: Clock;
  /** What the ids of tokens are made from. */
  readonly random: Random;
}

/** Signs and verifies the JWTs of service accounts, in upstream's form. */
export class ServiceAccountTokens {
  readonly issuer: string;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly privateKey: KeyObject;
  private readonly signing: TokenKey;
  private readonly keys: readonly TokenKey[];

  constructor({ privateKey, formerKeys = [], issuer, clock, random }: ServiceAccountTokenOptions) {
    this.issuer = issuer;
    this.clock = clock;
    this.random = random;
    this.privateKey = createPrivateKey(privateKey);
    this.signing = tokenKey(privateKey);
    this.keys = [this.signing, ...formerKeys.map(tokenKey)];
  }

  /** A token that is valid from now for `seconds`. */
  async sign(binding: TokenBinding, audiences: readonly string[], seconds: number): Promise<string> {
    const now = Math.floor(this.clock.now() / 1000);
    const claims = { 'kubernetes.io': { ...binding }, aud: [...audiences], iat: now, nbf: now, exp: now + seconds };
    const sub = subjectOf(binding);
    return new SignJWT({ ...claims, iss: this.issuer, jti: randomUuid(this.random, `token of ${sub}`), sub })
      .setProtectedHeader({ alg: this.signing.algorithm, kid: this.signing.id })
      .sign(this.privateKey);
  }

  /**
   * What a token says, if it is ours, in its time, and for one of the audiences; one that names none is for the
   * `implicit` ones. Throws saying why not.
   */
  async verify(token: string, audiences: readonly string[], implicit: readonly string[]): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, ({ kid }) => this.key(kid), {
      issuer: [this.issuer, legacyTokenIssuer],
      algorithms: ['ES256', 'RS256'],
      currentDate: new Date(this.clock.now()),
    });
    if (payload.iss === legacyTokenIssuer) {
      const { namespace, serviceaccount, secret } = readLegacyToken(payload);
      const granted = grantedAudiences(implicit, audiences);
      return { namespace, serviceaccount, keptIn: secret.name, audiences: granted, id: '', expires: Infinity };
    }
    if (payload.exp === undefined) throw new Error('the token does not say when it ends');
    const binding = bindingOf(payload);
    const granted = grantedAudiences([payload.aud ?? []].flat(), audiences);
    return { ...binding, audiences: granted, id: payload.jti ?? '', expires: payload.exp * 1000 };
  }

  /** The public keys, as `/openid/v1/jwks` serves them. */
  async jwks(): Promise<{ keys: JWK[] }> {
    const keys = this.keys.map(async ({ id, algorithm, key }) => {
      return { use: 'sig', kid: id, alg: algorithm, ...(await exportJWK(key)) };
    });
    return { keys: await Promise.all(keys) };
  }

  private key(id: string | undefined): KeyObject {
    const found = this.keys.find((key) => key.id === id);
    if (!found) throw new Error('the token is signed with an unknown key');
    return found.key;
  }
}

const quoted = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;

const subjectOf = ({ namespace, serviceaccount }: TokenBinding): string =>
  `system:serviceaccount:${namespace}:${serviceaccount.name}`;

function bindingOf(payload: JWTPayload): TokenBinding {
  const binding = payload['kubernetes.io'] as TokenBinding | undefined;
  if (!binding?.namespace || !binding.serviceaccount?.name) throw new Error('the token names no service account');
  if (payload.sub !== subjectOf(binding)) throw new Error('the subject of the token is not its service account');
  return binding;
}

function grantedAudiences(named: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(named);
  const granted = wanted.filter((audience) => known.has(audience));
  if (granted.length === 0)
    throw new Error(`token audiences ${quoted(named)} is invalid for the target audiences ${quoted(wanted)}`);
  return granted;
}
