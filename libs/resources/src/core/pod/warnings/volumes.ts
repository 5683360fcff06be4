import type { corev1 } from '@skiff/contracts';
import { warningsForClaimSpec } from '../../persistent-volume-claim/warnings';
import { firstOverlaps, someOverlap } from './overlaps';

/** Types of volumes that are on their way out, in upstream's order. */
export const oldVolumeTypes = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;

function overlapsOf(paths: readonly string[], where: string): string[] {
  const shown = paths.map(withoutSlashes);
  if (!someOverlap(shown)) return none;
  return firstOverlaps(shown).flatMap((other, place) =>
    other === undefined
      ? []
      : [`${where}: overlapping paths: ${JSON.stringify(shown[place])} with ${JSON.stringify(other)}`],
  );
}

/** A path without the slashes at its end. */
function withoutSlashes(path: string): string {
  if (!path.endsWith('/')) return path;
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

const pathsOf = (items: readonly { path?: string | undefined }[] | null | undefined): string[] =>
  (items ?? []).map(({ path = '' }) => path);

/** Where the files of a source end up. */
function pathsIn(projection: corev1.VolumeProjection): string[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  if (configMap || secret || downwardAPI) return pathsOf((configMap ?? secret ?? downwardAPI)?.items);
  const single = serviceAccountToken ?? clusterTrustBundle;
  return single ? [single.path ?? ''] : [];
}

function nameOf(projection: corev1.VolumeProjection): string {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  if (configMap) return `ConfigMap ${JSON.stringify(configMap.name ?? '')}`;
  if (secret) return `Secret ${JSON.stringify(secret.name ?? '')}`;
  if (downwardAPI) return 'DownwardAPI';
  if (serviceAccountToken) return 'ServiceAccountToken';
  return `ClusterTrustBundle ${JSON.stringify(clusterTrustBundle?.name ?? clusterTrustBundle?.signerName ?? '')}`;
}

/** More overlaps of one volume than these are not told: what a request warns of is bounded. */
const mostTold = 100;

/**
 * Files of several sources that end up at one place. As upstream, a source is told of what overlaps in
 * all up to it, so that the paths are looked at together only once there is something to tell.
 */
function projectedOverlaps({ sources }: corev1.ProjectedVolumeSource, volume: string): string[] {
  const told: string[] = [];
  const paths = (sources ?? []).map(pathsIn);
  const firstToTell = firstOverlapping(paths);
  const before = new Set(paths.slice(0, firstToTell).flat());
  for (const [index, projection] of (sources ?? []).entries()) {
    if (told.length >= mostTold) break;
    if (isEmpty(projection)) told.push(`volume ${volume} (Projected) has no sources provided`);
    const own = paths[index] ?? [];
    if (index < firstToTell || own.length === 0) continue;
    const where = `volume ${volume} (Projected ${nameOf(projection)})`;
    const unique = [...new Set(own)];
    for (const text of [...overlapsOf(own, where), ...overlapsOf([...unique, ...before].sort(), where)])
      told.push(text);
    for (const path of unique) before.add(path);
  }
  return told;
}

const isEmpty = (projection: corev1.VolumeProjection): boolean =>
  !Object.values(projection).some((source) => source !== undefined);

/** The place of the first source with a path that overlaps one of its own or of those before it. */
function firstOverlapping(paths: readonly (readonly string[])[]): number {
  const shown = paths.flat().map(withoutSlashes);
  if (!someOverlap(shown)) return paths.length;
  let found = firstOverlaps(shown).findIndex((other) => other !== undefined);
  return paths.findIndex((own) => (found -= own.length) < 0);
}

function overlapsIn(volume: corev1.Volume): string[] {
  const { name = '', configMap, secret, downwardAPI, projected } = volume;
  // Most volumes have nothing to tell of.
  if (!someOverlap(filesOf(volume)) && !projected?.sources?.some(isEmpty)) return none;
  const shown = JSON.stringify(name);
  const where = (source: string): string => `volume ${shown} (${source})`;
  return [
    ...overlapsOf(pathsOf(configMap?.items), where(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`)),
    ...overlapsOf(pathsOf(secret?.items), where(`Secret ${JSON.stringify(secret?.secretName ?? '')}`)),
    ...overlapsOf(pathsOf(downwardAPI?.items), where('DownwardAPI')),
    ...(projected ? projectedOverlaps(projected, shown) : none),
  ];
}

/** Where the files of all sources of a volume end up. */
function filesOf({ configMap, secret, downwardAPI, projected }: corev1.Volume): readonly string[] {
  const items = (configMap ?? secret ?? downwardAPI)?.items;
  if (items) return pathsOf(items).map(withoutSlashes);
  const files: string[] = [];
  for (const source of projected?.sources ?? []) for (const path of pathsIn(source)) files.push(withoutSlashes(path));
  return files;
}

const none: string[] = [];

const oldTypes: ReadonlySet<string> = new Set(oldVolumeTypes.map(([type]) => type));

const isOld = (type: string): boolean => oldTypes.has(type);

export function warningsForVolumes(volumes: readonly corev1.Volume[], path: string): string[] {
  const old: string[] = [];
  for (const [index, volume] of volumes.entries()) {
    const at = `${path}[${index}]`;
    if (Object.keys(volume).some(isOld))
      for (const [type, text] of oldVolumeTypes) if (volume[type]) old.push(`${at}.${type}: ${text}`);
    const claim = volume.ephemeral?.volumeClaimTemplate;
    if (claim) old.push(...warningsForClaimSpec(claim.spec, `${at}.ephemeral.volumeClaimTemplate.spec`));
  }
  return [...old, ...volumes.flatMap(overlapsIn)];
}
