import type { corev1 } from '@skiff/contracts';
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
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const shown = path.replace(/\/+$/, '');
    const other = [...seen].find(
      (item) => item !== '' && shown !== '' && (`${item}/`.startsWith(shown) || `${shown}/`.startsWith(item)),
    );
    seen.add(shown);
    return other === undefined
      ? []
      : [`${where}: overlapping paths: ${JSON.stringify(shown)} with ${JSON.stringify(other)}`];
  });
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

/** Files of several sources that end up at one place. */
function projectedOverlaps({ sources }: corev1.ProjectedVolumeSource, volume: string): string[] {
  const all = new Set<string>();
  return (sources ?? []).flatMap((projection) => {
    if (Object.values(projection).every((source) => source === undefined))
      return [`volume ${volume} (Projected) has no sources provided`];
    const { name, paths } = sourceOf(projection);
    if (paths.length === 0) return [];
    const where = `volume ${volume} (Projected ${name})`;
    const unique = [...new Set(paths)];
    const found = [...overlapsOf(paths, where), ...overlapsOf([...unique, ...all].sort(), where)];
    for (const path of unique) all.add(path);
    return found;
  });
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
