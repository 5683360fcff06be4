import type { ServerResponse } from 'node:http';
import type { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import type { PathEntry } from './paths';

const jwksPath = '/openid/v1/jwks';

type Tokens = Pick<ServiceAccountTokens, 'issuer' | 'jwks'>;

/**
 * What others need to verify the tokens of service accounts without asking the server: the issuer's
 * metadata by OpenID Connect Discovery, and its public keys.
 * @param external where the server is reached from elsewhere.
 */
export const openIdPaths = (
  tokens: Tokens,
  external: { readonly address: string; readonly port: number },
): PathEntry[] => [
  {
    path: '/.well-known/openid-configuration',
    slash: true,
    handler: async ({ response }) => send(response, 'application/json', await metadata(tokens, external)),
  },
  {
    path: jwksPath,
    slash: true,
    handler: async ({ response }) => send(response, 'application/jwk-set+json', await tokens.jwks()),
  },
];

async function metadata(
  tokens: Tokens,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<object> {
  const host = address.includes(':') ? `[${address}]` : address;
  const { keys } = await tokens.jwks();
  return {
    issuer: tokens.issuer,
    jwks_uri: `https://${host}:${port}${jwksPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))].sort(),
  };
}

function send(response: ServerResponse, type: string, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'public, max-age=3600',
  });
  response.end(body);
}
