import type { ApiObject } from '@skiff/apimachinery';
import { randomUuid } from '@skiff/platform';
import type { UserInfo } from '../auth/user';
import type { AdmissionParts } from './action';
import { AdmissionAttributes } from './attributes';
import type { AdmissionTarget } from './target';

/** A connection that somebody wants to make. */
export interface WantedConnection {
  readonly user: UserInfo;
  readonly namespace: string;
  /** As it stands in the path: of a proxy, with scheme and port. */
  readonly name: string;
  readonly options: ApiObject;
  /** Is told what plugins note for the audit log. */
  readonly annotate?: ((key: string, value: string) => void) | undefined;
  warn(text: string): void;
  readonly departure: { readonly signal: AbortSignal };
}

/**
 * Puts a connection through admission before it is made; gives its options after that.
 * Upstream: ConnectResource in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go.
 */
export async function admitConnection(
  { admission, random }: AdmissionParts,
  target: AdmissionTarget,
  { user, namespace, name, options, annotate, warn, departure }: WantedConnection,
): Promise<ApiObject> {
  const request = new AdmissionAttributes(target, {
    operation: 'CONNECT',
    namespace,
    name,
    userInfo: user,
    dryRun: false,
    object: options,
    options: () => undefined,
    uid: () => randomUuid(random),
    annotate,
    warn,
    departure,
  });
  const admitted = await admission.mutate(request);
  await admission.validate(request);
  return admitted;
}
