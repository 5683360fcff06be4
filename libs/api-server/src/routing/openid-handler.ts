import type { ServerResponse } from 'node:http';
import type { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';

const jwksPath = '/openid/v1/jwks';

/**
 * Serves what others need to verify the tokens of service accounts without asking the server: the
 * issuer's metadata by OpenID Connect Discovery, and its public keys.
 */
export class OpenIdHandler {
  constructor(
    private readonly tokens: Pick<ServiceAccountTokens, 'issuer' | 'jwks'>,
    /** Where the server is reached from elsewhere. */
    private readonly external: { readonly address: string; readonly port: number },
  ) {}

  /** Whether the path was one of these; then it has been answered. */
  async handle(path: string, response: ServerResponse): Promise<boolean> {
    switch (path.replace(/\/$/, '')) {
      case '/.well-known/openid-configuration':
        send(response, 'application/json', await this.metadata());
        return true;
      case jwksPath:
        send(response, 'application/jwk-set+json', await this.tokens.jwks());
        return true;
      default:
        return false;
    }
  }

  private async metadata(): Promise<object> {
    const { address, port } = this.external;
    const host = address.includes(':') ? `[${address}]` : address;
    const { keys } = await this.tokens.jwks();
    return {
      issuer: this.tokens.issuer,
      jwks_uri: `https://${host}:${port}${jwksPath}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))].sort(),
    };
  }
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
