import { Kinds, type authenticationv1, type corev1, type Kind, type metav1 } from '@skiff/contracts';
import { badRequest, invalid, type StatusError } from '@skiff/apimachinery';
import { type Clock, formatTime } from '@skiff/platform';
import { admitAction, type AdmissionParts } from '../admission/action';
import type { AdmissionReader } from '../admission/reader';
import { admissionTarget } from '../admission/target';
import type { ObjectIdentity, ServiceAccountTokens, TokenBinding } from '../auth/authentication/service-account-tokens';
import type { ActionHandler } from '../request/handlers';
import { conflict, notFound } from '../registry/errors';

export interface TokenRequestOptions extends AdmissionParts {
  readonly reader: AdmissionReader;
  readonly tokens: ServiceAccountTokens;
  readonly apiAudiences: readonly string[];
  readonly clock: Clock;
}

const accountsToken = admissionTarget(Kinds.ServiceAccount, 'token', Kinds.TokenRequest);

/** Makes tokens for service accounts: `serviceaccounts/token`. */
export function tokenRequest(options: TokenRequestOptions): ActionHandler<authenticationv1.TokenRequest> {
  return async (request) => {
    const { namespace, name } = request;
    requireName(request.object, name);
    const account = await options.reader.getNewest(Kinds.ServiceAccount, namespace, name);
    if (!account) throw notFound(Kinds.ServiceAccount, name);
    const seconds = requireDuration(request.object.spec?.expirationSeconds ?? 0);
    const wanted = (await admitAction(options, accountsToken, request)) as authenticationv1.TokenRequest;
    const binding = await bindingOf(options.reader, account, wanted.spec?.boundObjectRef);
    const audiences = wanted.spec?.audiences?.length ? wanted.spec.audiences : [...options.apiAudiences];
    return {
      ...wanted,
      metadata: { ...wanted.metadata, name, namespace, creationTimestamp: formatTime(options.clock.now()) },
      spec: { ...wanted.spec, audiences, expirationSeconds: seconds },
      status: {
        token: request.dryRun ? '' : await options.tokens.sign(binding, audiences, seconds),
        expirationTimestamp: formatTime(options.clock.now() + seconds * 1000),
      },
    } as authenticationv1.TokenRequest;
  };
}

/** A request need not say whose token it wants, but then not another's. */
function requireName({ metadata }: { metadata?: metav1.ObjectMeta | undefined }, name: string): void {
  if (!metadata?.name || metadata.name === name) return;
  const field = 'metadata.name';
  const message = `Invalid value: ${JSON.stringify(metadata.name)}: must match the service account name if specified`;
  throw invalid(Kinds.TokenRequest, name, [{ field, reason: 'FieldValueInvalid', message }]);
}

function requireDuration(seconds: number): number {
  const field = 'spec.expirationSeconds';
  const refuse = (text: string): StatusError =>
    invalid(Kinds.TokenRequest, '', [
      { field, reason: 'FieldValueInvalid', message: `Invalid value: ${seconds}: ${text}` },
    ]);
  if (seconds < 600) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32) throw refuse('may not specify a duration larger than 2^32 seconds');
  return seconds;
}

async function bindingOf(
  reader: AdmissionReader,
  account: corev1.ServiceAccount,
  ref: authenticationv1.BoundObjectReference | undefined,
): Promise<TokenBinding> {
  const namespace = account.metadata?.namespace ?? '';
  const binding: TokenBinding = { namespace, serviceaccount: identity(account) };
  if (!ref) return binding;
  const name = ref.name ?? '';
  switch (`${ref.apiVersion}/${ref.kind}`) {
    case 'v1/Pod': {
      const pod = await reader.getNewest(Kinds.Pod, namespace, name);
      if (!pod) throw notFound(Kinds.Pod, name);
      requireUid(Kinds.Pod, ref, pod);
      if (pod.spec?.serviceAccountName !== account.metadata?.name)
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(account.metadata?.name)} to pod running with different serviceaccount name.`,
        );
      const node = pod.spec?.nodeName ? await reader.get(Kinds.Node, '', pod.spec.nodeName) : undefined;
      return { ...binding, pod: identity(pod), ...(node ? { node: identity(node) } : {}) };
    }
    case 'v1/Secret': {
      const secret = await reader.getNewest(Kinds.Secret, namespace, name);
      if (!secret) throw notFound(Kinds.Secret, name);
      requireUid(Kinds.Secret, ref, secret);
      return { ...binding, secret: identity(secret) };
    }
    case 'v1/Node': {
      const node = await reader.getNewest(Kinds.Node, '', name);
      if (!node) throw notFound(Kinds.Node, name);
      requireUid(Kinds.Node, ref, node);
      return { ...binding, node: identity(node) };
    }
    default:
      throw badRequest(`cannot bind token to object of type ${groupVersion(ref.apiVersion)}, Kind=${ref.kind}`);
  }
}

const identity = ({ metadata }: { metadata?: metav1.ObjectMeta | undefined }): ObjectIdentity => ({
  name: metadata?.name ?? '',
  uid: metadata?.uid ?? '',
});

/** Where a version has no group, Go shows an empty one. */
const groupVersion = (apiVersion = ''): string => (apiVersion.includes('/') ? apiVersion : `/${apiVersion}`);

function requireUid(
  { group, kind }: Pick<Kind, 'group' | 'kind'>,
  ref: authenticationv1.BoundObjectReference,
  object: { metadata?: metav1.ObjectMeta | undefined },
): void {
  const uid = object.metadata?.uid;
  if (ref.uid && ref.uid !== uid)
    throw conflict(
      // Here upstream names the kind, where other conflicts name the resource.
      { group, plural: kind },
      ref.name ?? '',
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
}
