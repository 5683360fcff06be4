import { Kinds, type corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import {
  refused,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
const enforceMountable = 'kubernetes.io/enforce-mountable-secrets';
/** Letters and digits that upstream generates names from: no vowels, nothing that looks alike. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export interface ServiceAccountOptions {
  readonly reader: AdmissionReader;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** Gives every pod a service account, its pull secrets, and a volume with its token. */
export function serviceAccount(options: ServiceAccountOptions): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    operations: ['CREATE', 'UPDATE'],
    mutate: {
      operations: ['CREATE'],
      resources: ['pods'],
      async run(request) {
        const pod = request.object as corev1.Pod;
        const spec = (pod.spec ??= {});
        if (pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
          requireNoAccount(request, spec);
          return pod;
        }
        const name = spec.serviceAccountName || 'default';
        const account = await findAccount(options, request, name);
        spec.serviceAccountName = name;
        spec.serviceAccount = name;
        bringAccount(request, spec, account, options.random);
        return pod;
      },
    },
  };
}

/** Gives a new specification what its account brings along. */
function bringAccount(
  request: AdmissionRequest,
  spec: corev1.PodSpec,
  account: corev1.ServiceAccount,
  random: () => number,
): void {
  if (account.metadata?.annotations?.[enforceMountable] === 'true') requireMountable(request, spec, account);
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
    spec.imagePullSecrets = [...account.imagePullSecrets];
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec, random);
}

/** The account may have been created a moment ago, with its namespace, so a miss is retried for up to two seconds. */
async function findAccount(
  { reader, clock, random }: ServiceAccountOptions,
  request: AdmissionRequest,
  name: string,
): Promise<corev1.ServiceAccount> {
  const cached = await reader.get(Kinds.ServiceAccount, request.namespace, name);
  if (cached) return cached;
  const attempts = name === 'default' ? 20 : 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const newest = await reader.getNewest(Kinds.ServiceAccount, request.namespace, name);
    if (newest) return newest;
    if (attempt + 1 < attempts) await clock.sleep(50 + 100 * random());
  }
  const account = `${request.namespace}/${name}`;
  throw refused(
    request,
    `error looking up service account ${account}: serviceaccount ${JSON.stringify(name)} not found`,
  );
}

function requireNoAccount(request: AdmissionRequest, spec: corev1.PodSpec): void {
  if (spec.serviceAccountName) throw refused(request, 'a mirror pod may not reference service accounts');
  for (const volume of spec.volumes ?? []) {
    if (volume.secret) throw refused(request, 'a mirror pod may not reference secrets');
    if (volume.projected?.sources?.some((source) => source.serviceAccountToken))
      throw refused(request, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}

function requireMountable(request: AdmissionRequest, spec: corev1.PodSpec, account: corev1.ServiceAccount): void {
  const name = account.metadata?.name;
  const mountable = new Set((account.secrets ?? []).map((secret) => secret.name));
  for (const { secret } of spec.volumes ?? [])
    if (secret?.secretName && !mountable.has(secret.secretName))
      throw refused(
        request,
        `volume with secret.secretName="${secret.secretName}" is not allowed because service account ${name} does not reference that secret`,
      );
  const pullable = new Set((account.imagePullSecrets ?? []).map((secret) => secret.name));
  for (const [index, secret] of (spec.imagePullSecrets ?? []).entries())
    if (!pullable.has(secret.name))
      throw refused(
        request,
        `imagePullSecrets[${index}].name="${secret.name}" is not allowed because service account ${name} does not reference that imagePullSecret`,
      );
}

function mountToken(spec: corev1.PodSpec, random: () => number): void {
  const existing = spec.volumes?.find((volume) => volume.name?.startsWith(volumePrefix));
  const name = existing?.name ?? volumePrefix + Array.from({ length: 5 }, () => letter(random)).join('');
  let mounted = false;
  for (const containers of [spec.initContainers, spec.containers])
    for (const container of containers ?? []) {
      if (!lacksMount(container)) continue;
      (container.volumeMounts ??= []).push({ name, readOnly: true, mountPath });
      mounted = true;
    }
  if (mounted && !existing) (spec.volumes ??= []).push(tokenVolume(name));
}

const lacksMount = ({ volumeMounts }: corev1.Container): boolean =>
  !volumeMounts?.some((mount) => mount.mountPath === mountPath);

const letter = (random: () => number): string => alphabet[Math.floor(random() * alphabet.length)] ?? 'x';

/** A token that the kubelet renews, the cluster's CA, and the name of the pod's namespace. */
function tokenVolume(name: string): corev1.Volume {
  return {
    name,
    projected: {
      sources: [
        // The odd seconds past the hour mark tokens that a pod got without asking.
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
}
