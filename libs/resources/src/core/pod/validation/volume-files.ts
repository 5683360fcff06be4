import { child, configMapKey, type ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const fieldPathsInVolumes = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive';

/** A path below the place it is mounted at: neither absolute nor out of it. */
export function validateLocalPath(path: string, at: string, to: ErrorList): void {
  if (path.startsWith('/')) to.invalid(at, path, 'must be a relative path');
  if (path.split('/').includes('..')) to.invalid(at, path, "must not contain '..'");
}

function validateLocalFile(path: string, at: string, to: ErrorList): void {
  validateLocalPath(path, at, to);
  if (path.startsWith('..')) to.invalid(at, path, "must not start with '..'");
}

export function validateMode(mode: number | undefined, at: string, to: ErrorList): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) to.invalid(at, mode, modeRange);
}

export function validateItems(items: readonly corev1.KeyToPath[] | null | undefined, at: string, to: ErrorList): void {
  for (const [index, item] of (items ?? []).entries()) {
    const itemAt = `${child(at, 'items')}[${index}]`;
    if (!item.key) to.required(child(itemAt, 'key'));
    else to.all(child(itemAt, 'key'), item.key, configMapKey(item.key));
    if (!item.path) to.required(child(itemAt, 'path'));
    else validateLocalFile(item.path, child(itemAt, 'path'), to);
    validateMode(item.mode, child(itemAt, 'mode'), to);
  }
}

export function validateDownward(
  items: readonly corev1.DownwardAPIVolumeFile[] | null | undefined,
  at: string,
  to: ErrorList,
): void {
  for (const [index, item] of (items ?? []).entries()) {
    const itemAt = `${child(at, 'items')}[${index}]`;
    if (!item.path) to.required(child(itemAt, 'path'));
    else validateLocalFile(item.path, child(itemAt, 'path'), to);
    if (item.fieldRef) {
      const fieldPath = item.fieldRef.fieldPath ?? '';
      const base = fieldPath.endsWith("']") ? (fieldPath.split("['", 1)[0] ?? '') : fieldPath;
      if (!fieldPath) to.required(`${child(itemAt, 'fieldRef')}.fieldPath`);
      else if (!fieldPathsInVolumes.includes(base))
        to.notSupported(`${child(itemAt, 'fieldRef')}.fieldPath`, fieldPath, fieldPathsInVolumes);
      if (item.resourceFieldRef)
        to.invalid(itemAt, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    } else if (item.resourceFieldRef) {
      if (!item.resourceFieldRef.containerName) to.required(`${child(itemAt, 'resourceFieldRef')}.containerName`);
      if (!item.resourceFieldRef.resource) to.required(`${child(itemAt, 'resourceFieldRef')}.resource`);
    } else to.required(itemAt, 'one of fieldRef and resourceFieldRef is required');
    validateMode(item.mode, child(itemAt, 'mode'), to);
  }
}

export function validateProjected(volume: corev1.ProjectedVolumeSource, at: string, to: ErrorList): void {
  validateMode(volume.defaultMode, child(at, 'defaultMode'), to);
  const paths = new Set<string>();
  const unique = (path: string | undefined, sourceAt: string): void => {
    if (!path) return;
    if (paths.has(path)) to.invalid(sourceAt, path, 'conflicting duplicate paths');
    paths.add(path);
  };
  for (const [index, source] of (volume.sources ?? []).entries()) {
    const sourceAt = `${child(at, 'sources')}[${index}]`;
    let kinds = 0;
    const only = (name: string, check: (at: string) => void): void => {
      const here = child(sourceAt, name);
      kinds += 1;
      if (kinds > 1) to.forbidden(here, 'may not specify more than 1 volume type');
      else check(here);
    };
    const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
    if (secret)
      only('secret', (here) => {
        if (!secret.name) to.required(child(here, 'name'));
        validateItems(secret.items, here, to);
        for (const item of secret.items ?? []) unique(item.path, child(here, 'path'));
      });
    if (configMap)
      only('configMap', (here) => {
        if (!configMap.name) to.required(child(here, 'name'));
        validateItems(configMap.items, here, to);
        for (const item of configMap.items ?? []) unique(item.path, child(here, 'path'));
      });
    if (downwardAPI)
      only('downwardAPI', (here) => {
        validateDownward(downwardAPI.items, here, to);
        for (const item of downwardAPI.items ?? []) unique(item.path, child(here, 'path'));
      });
    if (serviceAccountToken)
      only('serviceAccountToken', (here) => {
        const seconds = serviceAccountToken.expirationSeconds ?? 0;
        if (seconds < 600)
          to.invalid(child(here, 'expirationSeconds'), seconds, 'may not specify a duration less than 10 minutes');
        if (seconds > 2 ** 32)
          to.invalid(child(here, 'expirationSeconds'), seconds, 'may not specify a duration larger than 2^32 seconds');
        if (!serviceAccountToken.path) to.required(child(here, 'path'));
        else validateLocalFile(serviceAccountToken.path, child(here, 'path'), to);
      });
    if (clusterTrustBundle) only('clusterTrustBundle', () => undefined);
    if (podCertificate) only('podCertificate', () => undefined);
    if (kinds === 0)
      to.required(
        sourceAt,
        'must specify exactly one of secret, configMap, downwardAPI, serviceAccountToken, or clusterTrustBundle',
      );
  }
}
