import { apiVersionOf, type apiregistrationv1 } from '@skiff/contracts';
import { isDeepStrictEqual } from 'node:util';

type APIService = apiregistrationv1.APIService;

/** Where another API server is, and what it serves here. */
export interface RemoteService {
  /** That of the APIService. */
  readonly apiService: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Base64 of PEM; undefined trusts whom the machine trusts. */
  readonly caBundle: string | undefined;
  readonly insecure: boolean;
}

export const nameOf = ({ metadata }: APIService): string => metadata?.name ?? '';

/** Undefined for what this server serves itself. */
export function remoteServiceOf(apiService: APIService): RemoteService | undefined {
  const {
    group = '',
    version = '',
    service,
    caBundle,
    insecureSkipTLSVerify: insecure = false,
  } = apiService.spec ?? {};
  if (!service) return undefined;
  const { namespace = '', name = '', port = 443 } = service;
  return {
    apiService: nameOf(apiService),
    group,
    version,
    namespace,
    name,
    port,
    caBundle: caBundle || undefined,
    insecure,
  };
}

export const sameService = (a: RemoteService | undefined, b: RemoteService | undefined): boolean =>
  isDeepStrictEqual(a, b);

/** What its certificate has to name. */
export const serverNameOf = ({ name, namespace }: RemoteService): string => `${name}.${namespace}.svc`;

/** The path of what it serves. */
export const pathOf = (service: RemoteService): string => `/${service.group ? 'apis' : 'api'}/${apiVersionOf(service)}`;

export const isAvailable = ({ status }: APIService): boolean =>
  (status?.conditions ?? []).some(({ type, status: is }) => type === 'Available' && is === 'True');
