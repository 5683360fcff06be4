import { child, compareQuantities, dns1123Label, dns1123Subdomain, type ErrorList, oneOf } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateClaimTemplate } from '../../persistent-volume-claim/validation';
import { validateDownward, validateItems, validateMode, validateProjected } from './volume-files';

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

type Check<K extends keyof corev1.Volume> = (source: NonNullable<corev1.Volume[K]>, at: string, to: ErrorList) => void;

const needs =
  <K extends string>(...names: K[]) =>
  (source: object, at: string, to: ErrorList): void => {
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
  flexVolume: ({ driver, options }, at, to) => {
    if (!driver) to.required(child(at, 'driver'));
    // Those are options that the node itself tells drivers.
    for (const key of Object.keys(options ?? {}))
      if (/(^|\.)(kubernetes|k8s)\.io$/i.test(key.replace(/\/.*$/s, '')))
        to.invalid(`${child(at, 'options')}[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved');
  },
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
  ephemeral: ({ volumeClaimTemplate: template }, at, to) => {
    if (template) validateClaimTemplate(template, child(at, 'volumeClaimTemplate'), to);
    else to.required(child(at, 'volumeClaimTemplate'));
  },
  image: (source, at, to) => {
    needs('reference')(source, at, to);
    oneOf(source.pullPolicy, ['Always', 'IfNotPresent', 'Never'], child(at, 'pullPolicy'), to);
  },
};

/** What is wrong with one source of a volume, by the name of its type. */
export function checkVolumeSource(name: string, source: unknown, at: string, to: ErrorList): void {
  const check = checks[name as keyof typeof checks] as Check<keyof corev1.Volume> | undefined;
  // It is that of this very type.
  (check as ((source: unknown, at: string, to: ErrorList) => void) | undefined)?.(source, at, to);
}

const sourceNames = Object.keys(checks) as (keyof typeof checks)[];

/** The types of a volume's sources, in upstream's order. */
function sourcesOf(volume: corev1.Volume): (keyof typeof checks)[] {
  const given = Object.keys(volume).filter(
    (name): name is keyof typeof checks =>
      Object.hasOwn(checks, name) && volume[name as keyof typeof checks] !== undefined,
  );
  // Most have one, and need no order.
  return given.length < 2 ? given : sourceNames.filter((name) => given.includes(name));
}

function validateSource(volume: corev1.Volume, at: string, to: ErrorList): void {
  const [name, ...others] = sourcesOf(volume);
  if (name === undefined) return to.required(at, 'must specify a volume type');
  checkVolumeSource(name, volume[name], child(at, name), to);
  for (const other of others) to.forbidden(child(at, other), 'may not specify more than 1 volume type');
}

/** Rules of a pod's volumes. Gives the volumes that may be mounted, by name. */
export function validateVolumes(
  volumes: readonly corev1.Volume[] | null | undefined,
  path: string,
  to: ErrorList,
): ReadonlyMap<string, corev1.Volume> {
  const known = new Map<string, corev1.Volume>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = `${path}[${index}]`;
    const before = to.count;
    validateSource(volume, at, to);
    const name = volume.name ?? '';
    if (name === '') to.required(child(at, 'name'));
    else to.all(child(at, 'name'), name, dns1123Label(name));
    if (known.has(name)) to.duplicate(child(at, 'name'), name);
    if (to.count === before) known.set(name, volume);
  }
  return known;
}
