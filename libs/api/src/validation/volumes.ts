import type { corev1 } from '@skiff/contracts';
import { compareQuantities } from '../quantity/quantity';
import { configMapKey, dns1123Label, dns1123Subdomain } from './names';
import { child, type Problems } from './problems';
import { oneOf } from './selectors';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const fieldPathsInVolumes = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive';

/** A path below the place it is mounted at: neither absolute nor out of it. */
export function validateLocalPath(path: string, at: string, to: Problems): void {
  if (path.startsWith('/')) to.invalid(at, path, 'must be a relative path');
  if (path.split('/').includes('..')) to.invalid(at, path, "must not contain '..'");
}

function validateLocalFile(path: string, at: string, to: Problems): void {
  validateLocalPath(path, at, to);
  if (path.startsWith('..')) to.invalid(at, path, "must not start with '..'");
}

function validateMode(mode: number | undefined, at: string, to: Problems): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) to.invalid(at, mode, modeRange);
}

function validateItems(items: readonly corev1.KeyToPath[] | null | undefined, at: string, to: Problems): void {
  for (const [index, item] of (items ?? []).entries()) {
    const itemAt = `${child(at, 'items')}[${index}]`;
    if (!item.key) to.required(child(itemAt, 'key'));
    else to.all(child(itemAt, 'key'), item.key, configMapKey(item.key));
    if (!item.path) to.required(child(itemAt, 'path'));
    else validateLocalFile(item.path, child(itemAt, 'path'), to);
    validateMode(item.mode, child(itemAt, 'mode'), to);
  }
}

function validateDownward(
  items: readonly corev1.DownwardAPIVolumeFile[] | null | undefined,
  at: string,
  to: Problems,
): void {
  for (const [index, item] of (items ?? []).entries()) {
    const itemAt = `${child(at, 'items')}[${index}]`;
    if (!item.path) to.required(child(itemAt, 'path'));
    else validateLocalFile(item.path, child(itemAt, 'path'), to);
    if (item.fieldRef) {
      const fieldPath = item.fieldRef.fieldPath ?? '';
      const base = fieldPath.replace(/\['.*'\]$/, '');
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

function validateProjected(volume: corev1.ProjectedVolumeSource, at: string, to: Problems): void {
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

type Check<K extends keyof corev1.Volume> = (source: NonNullable<corev1.Volume[K]>, at: string, to: Problems) => void;

const needs =
  <K extends string>(...names: K[]) =>
  (source: object, at: string, to: Problems): void => {
    for (const name of names) if (!(source as Record<string, unknown>)[name]) to.required(child(at, name));
  };

/** What is checked of each source, in upstream's order. */
const checks: { readonly [K in Exclude<keyof corev1.Volume, 'name'>]?: Check<K> } = {
  emptyDir: (source, at, to) => {
    if (source.sizeLimit !== undefined && compareQuantities(source.sizeLimit, '0') < 0)
      to.forbidden(child(at, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity');
  },
  hostPath: (source, at, to) => {
    if (!source.path) to.required(child(at, 'path'));
    else if (source.path.split('/').includes('..')) to.invalid(child(at, 'path'), source.path, "must not contain '..'");
    if (!hostPathTypes.includes(source.type ?? '')) to.notSupported(child(at, 'type'), source.type, hostPathTypes);
  },
  gitRepo: needs('repository'),
  gcePersistentDisk: needs('pdName'),
  awsElasticBlockStore: needs('volumeID'),
  secret: (source, at, to) => {
    if (!source.secretName) to.required(child(at, 'secretName'));
    validateMode(source.defaultMode, child(at, 'defaultMode'), to);
    validateItems(source.items, at, to);
  },
  nfs: (source, at, to) => {
    needs('server', 'path')(source, at, to);
    if (source.path && !source.path.startsWith('/'))
      to.invalid(child(at, 'path'), source.path, 'must be an absolute path');
  },
  iscsi: needs('targetPortal', 'iqn'),
  glusterfs: needs('endpoints', 'path'),
  flocker: () => undefined,
  rbd: needs('monitors', 'image'),
  cinder: needs('volumeID'),
  cephfs: needs('monitors'),
  quobyte: needs('registry', 'volume'),
  downwardAPI: (source, at, to) => {
    validateMode(source.defaultMode, child(at, 'defaultMode'), to);
    validateDownward(source.items, at, to);
  },
  fc: () => undefined,
  persistentVolumeClaim: needs('claimName'),
  configMap: (source, at, to) => {
    if (!source.name) to.required(child(at, 'name'));
    validateMode(source.defaultMode, child(at, 'defaultMode'), to);
    validateItems(source.items, at, to);
  },
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk: needs('diskName', 'diskURI'),
  storageos: () => undefined,
  projected: validateProjected,
  scaleIO: needs('gateway', 'system', 'volumeName'),
  csi: (source, at, to) => {
    if (!source.driver) to.required(child(at, 'driver'));
    else to.all(child(at, 'driver'), source.driver, dns1123Subdomain(source.driver.toLowerCase()));
  },
  ephemeral: needs('volumeClaimTemplate'),
  image: (source, at, to) => {
    needs('reference')(source, at, to);
    oneOf(source.pullPolicy, ['Always', 'IfNotPresent', 'Never'], child(at, 'pullPolicy'), to);
  },
};

function validateSource(volume: corev1.Volume, at: string, to: Problems): void {
  let found = 0;
  for (const [name, check] of Object.entries(checks)) {
    const source = volume[name as keyof corev1.Volume];
    if (source === undefined) continue;
    const here = child(at, name);
    found += 1;
    if (found > 1) to.forbidden(here, 'may not specify more than 1 volume type');
    else (check as (source: unknown, at: string, to: Problems) => void)(source, here, to);
  }
  if (found === 0) to.required(at, 'must specify a volume type');
}

/** Rules of a pod's volumes. Gives the volumes that may be mounted, by name. */
export function validateVolumes(
  volumes: readonly corev1.Volume[] | null | undefined,
  path: string,
  to: Problems,
): ReadonlyMap<string, corev1.Volume> {
  const known = new Map<string, corev1.Volume>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = `${path}[${index}]`;
    const before = to.causes.length;
    validateSource(volume, at, to);
    const name = volume.name ?? '';
    if (name === '') to.required(child(at, 'name'));
    else to.all(child(at, 'name'), name, dns1123Label(name));
    if (known.has(name)) to.duplicate(child(at, 'name'), name);
    if (to.causes.length === before) known.set(name, volume);
  }
  return known;
}
