import type { corev1 } from '@skiff/contracts';
import { firstOverlaps } from './overlaps';
import { warningsForClaimSpec } from './storage';

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
  return firstOverlaps(shown).flatMap((other, place) =>
    other === undefined
      ? []
      : [`${where}: overlapping paths: ${JSON.stringify(shown[place])} with ${JSON.stringify(other)}`],
  );
}

/** A path without the slashes at its end. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

const pathsOf = (items: readonly { path?: string | undefined }[] | null | undefined): string[] =>
  (items ?? []).map(({ path = '' }) => path);

interface Source {
  readonly name: string;
  readonly paths: string[];
}

function sourceOf(projection: corev1.VolumeProjection): Source {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  if (configMap) return { name: `ConfigMap ${JSON.stringify(configMap.name ?? '')}`, paths: pathsOf(configMap.items) };
  if (secret) return { name: `Secret ${JSON.stringify(secret.name ?? '')}`, paths: pathsOf(secret.items) };
  if (downwardAPI) return { name: 'DownwardAPI', paths: pathsOf(downwardAPI.items) };
  if (serviceAccountToken) return { name: 'ServiceAccountToken', paths: [serviceAccountToken.path ?? ''] };
  if (!clusterTrustBundle) return { name: '', paths: [] };
  const bundle = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '';
  return { name: `ClusterTrustBundle ${JSON.stringify(bundle)}`, paths: [clusterTrustBundle.path ?? ''] };
}

/** More overlaps of one volume than these are not told: what a request warns of is bounded. */
const mostTold = 100;

/**
 * Files of several sources that end up at one place. As upstream, a source is told of what overlaps in
 * all up to it, so that the paths are looked at together only once there is something to tell.
 */
function projectedOverlaps({ sources }: corev1.ProjectedVolumeSource, volume: string): string[] {
  const all = new Set<string>();
  const told: string[] = [];
  const firstToTell = firstOverlapping(sources ?? []);
  for (const [index, projection] of (sources ?? []).entries()) {
    if (told.length >= mostTold) break;
    if (Object.values(projection).every((source) => source === undefined)) {
      told.push(`volume ${volume} (Projected) has no sources provided`);
      continue;
    }
    const { name, paths } = sourceOf(projection);
    if (paths.length === 0) continue;
    const where = `volume ${volume} (Projected ${name})`;
    const unique = [...new Set(paths)];
    if (index >= firstToTell)
      for (const text of [...overlapsOf(paths, where), ...overlapsOf([...unique, ...all].sort(), where)])
        told.push(text);
    for (const path of unique) all.add(path);
  }
  return told;
}

/** The place of the first source with a path that overlaps one of its own or of those before it. */
function firstOverlapping(sources: readonly corev1.VolumeProjection[]): number {
  const paths = sources.flatMap((projection, index) => sourceOf(projection).paths.map((path) => ({ path, index })));
  const found = firstOverlaps(paths.map(({ path }) => withoutSlashes(path))).findIndex((other) => other !== undefined);
  return paths[found]?.index ?? sources.length;
}

function overlapsIn({ name = '', configMap, secret, downwardAPI, projected }: corev1.Volume): string[] {
  const volume = JSON.stringify(name);
  const where = (source: string): string => `volume ${volume} (${source})`;
  return [
    ...overlapsOf(pathsOf(configMap?.items), where(`ConfigMap ${JSON.stringify(configMap?.name ?? '')}`)),
    ...overlapsOf(pathsOf(secret?.items), where(`Secret ${JSON.stringify(secret?.secretName ?? '')}`)),
    ...overlapsOf(pathsOf(downwardAPI?.items), where('DownwardAPI')),
    ...(projected ? projectedOverlaps(projected, volume) : []),
  ];
}

export function warningsForVolumes(volumes: readonly corev1.Volume[], path: string): string[] {
  const old = volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const claim = volume.ephemeral?.volumeClaimTemplate;
    return [
      ...oldVolumeTypes.flatMap(([type, text]) => (volume[type] ? [`${at}.${type}: ${text}`] : [])),
      ...(claim ? warningsForClaimSpec(claim.spec, `${at}.ephemeral.volumeClaimTemplate.spec`) : []),
    ];
  });
  return [...old, ...volumes.flatMap(overlapsIn)];
}
