import type { corev1 } from '@skiff/contracts';
import type { ObjectLookup } from '../pod-model/env';
import { fieldValue, resourceValue, type FieldContext } from '../pod-model/fields';
import { findContainer } from '../pod-model/pod';
import type { VolumeFile } from './atomic-writer';

export interface ServiceAccountToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Hands out tokens by which a pod speaks to the API server. */
export interface TokenSource {
  token(pod: corev1.Pod, audience: string, expirationSeconds: number): Promise<ServiceAccountToken>;
}

export interface ContentContext extends FieldContext {
  readonly objects: ObjectLookup;
  readonly tokens: TokenSource;
}

/** What a volume needs and the cluster does not have; it is tried again. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

/** Whether a volume's files come from the API, so that they follow its changes. */
export function isContentVolume(volume: corev1.Volume): boolean {
  return [volume.configMap, volume.secret, volume.downwardAPI, volume.projected].some((source) => source !== undefined);
}

/** The files that a configMap, secret, downwardAPI or projected volume holds now. */
export async function volumeFiles(volume: corev1.Volume, context: ContentContext): Promise<VolumeFile[]> {
  if (volume.configMap !== undefined) {
    const { defaultMode = 0o644, ...source } = volume.configMap;
    return configMapFiles(source, defaultMode, context);
  }
  if (volume.secret !== undefined) {
    const { secretName, defaultMode = 0o644, ...source } = volume.secret;
    return secretFiles({ ...source, name: secretName }, defaultMode, context);
  }
  if (volume.downwardAPI !== undefined) {
    return downwardFiles(volume.downwardAPI.items ?? [], volume.downwardAPI.defaultMode ?? 0o644, context);
  }
  const { sources = [], defaultMode = 0o644 } = volume.projected ?? {};
  const files: VolumeFile[] = [];
  for (const source of sources ?? []) {
    if (source.configMap !== undefined) files.push(...(await configMapFiles(source.configMap, defaultMode, context)));
    if (source.secret !== undefined) files.push(...(await secretFiles(source.secret, defaultMode, context)));
    if (source.downwardAPI !== undefined) {
      files.push(...downwardFiles(source.downwardAPI.items ?? [], defaultMode, context));
    }
    if (source.serviceAccountToken !== undefined) {
      files.push(await tokenFile(source.serviceAccountToken, defaultMode, context));
    }
    if (source.clusterTrustBundle !== undefined || source.podCertificate !== undefined) {
      throw new VolumeError('cluster trust bundles and pod certificates are not supported by this node');
    }
  }
  return files;
}

interface KeyedSource {
  readonly name?: string | undefined;
  readonly items?: corev1.KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

async function configMapFiles(source: KeyedSource, mode: number, context: ContentContext): Promise<VolumeFile[]> {
  const namespace = context.pod.metadata?.namespace ?? '';
  const name = source.name ?? '';
  const map = await context.objects.configMap(namespace, name);
  if (map === undefined && source.optional !== true)
    throw new VolumeError(`configmap ${JSON.stringify(name)} not found`);
  const data = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(map?.data ?? {})) data.set(key, Buffer.from(value, 'utf8'));
  for (const [key, value] of Object.entries(map?.binaryData ?? {})) data.set(key, Buffer.from(value, 'base64'));
  return select(data, source, mode, 'configmap');
}

async function secretFiles(source: KeyedSource, mode: number, context: ContentContext): Promise<VolumeFile[]> {
  const namespace = context.pod.metadata?.namespace ?? '';
  const name = source.name ?? '';
  const secret = await context.objects.secret(namespace, name);
  if (secret === undefined && source.optional !== true)
    throw new VolumeError(`secret ${JSON.stringify(name)} not found`);
  const entries = Object.entries(secret?.data ?? {});
  return select(new Map(entries.map(([key, value]) => [key, Buffer.from(value, 'base64')])), source, mode, 'secret');
}

function select(data: ReadonlyMap<string, Buffer>, source: KeyedSource, mode: number, kind: string): VolumeFile[] {
  const items = source.items ?? [];
  if (items.length === 0) return [...data].map(([path, bytes]) => ({ path, data: bytes, mode }));
  const files: VolumeFile[] = [];
  for (const { key = '', path = '', mode: own } of items) {
    const bytes = data.get(key);
    if (bytes !== undefined) files.push({ path, data: bytes, mode: own ?? mode });
    else if (source.optional !== true)
      throw new VolumeError(`${kind} references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`);
  }
  return files;
}

function downwardFiles(
  items: readonly corev1.DownwardAPIVolumeFile[],
  mode: number,
  context: ContentContext,
): VolumeFile[] {
  return items.map((item) => {
    let text = '';
    if (item.fieldRef !== undefined) text = fieldValue(item.fieldRef.fieldPath ?? '', context);
    else if (item.resourceFieldRef !== undefined) {
      const name = item.resourceFieldRef.containerName ?? '';
      const found = findContainer(context.pod, name);
      if (found === undefined) throw new VolumeError(`container ${name} not found`);
      text = resourceValue(item.resourceFieldRef, found.container, context);
    }
    return { path: item.path ?? '', data: Buffer.from(text, 'utf8'), mode: item.mode ?? mode };
  });
}

async function tokenFile(
  source: corev1.ServiceAccountTokenProjection,
  mode: number,
  context: ContentContext,
): Promise<VolumeFile> {
  const { token } = await context.tokens.token(context.pod, source.audience ?? '', source.expirationSeconds ?? 3600);
  const { user, group } = soleOwner(context.pod);
  // Readable only by the one user that the pod runs as, if there is one.
  const own = group === undefined && user !== undefined ? { mode: 0o600, uid: user } : { mode };
  return { path: source.path ?? 'token', data: Buffer.from(token, 'utf8'), ...own };
}

function soleOwner(pod: corev1.Pod): { user: number | undefined; group: number | undefined } {
  const context = pod.spec?.securityContext;
  const users = new Set((pod.spec?.containers ?? []).map((c) => c.securityContext?.runAsUser ?? context?.runAsUser));
  const [user] = users;
  return { user: users.size === 1 ? user : undefined, group: context?.fsGroup };
}
