import type { storagev1 } from '@skiff/contracts';
import {
  compareQuantities,
  immutable,
  same,
  dns1123Subdomain,
  qualifiedName,
  child,
  nonNegative,
  validateLabelSelector,
  type ErrorList,
} from '@skiff/apimachinery';
import { validateDriverName } from './driver-name';
import { validateVolumeSpec } from './storage';

const longestNodeId = 256;
const longestMessage = 1024;
const mostMetadata = 256 * 1024;
const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Ephemeral', 'Persistent'];
const shortestToken = 600;
const shortestPeriod = 10;

function validateTokens(requests: readonly storagev1.TokenRequest[], path: string, to: ErrorList): void {
  const audiences = new Set<string>();
  for (const [index, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    const at = `${path}[${index}]`;
    if (audiences.has(audience)) {
      to.duplicate(child(at, 'audience'), audience);
      continue;
    }
    audiences.add(audience);
    if (seconds === undefined) continue;
    const secondsAt = child(at, 'expirationSeconds');
    if (seconds < shortestToken) to.invalid(secondsAt, seconds, 'may not specify a duration less than 10 minutes');
    if (seconds > 2 ** 32) to.invalid(secondsAt, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

function validateDriverSpec(spec: storagev1.CSIDriverSpec, to: ErrorList): void {
  for (const [field, shown] of [
    // The path is upstream's.
    ['attachRequired', 'attachedRequired'],
    ['podInfoOnMount', 'podInfoOnMount'],
    ['storageCapacity', 'storageCapacity'],
    ['seLinuxMount', 'seLinuxMount'],
  ] as const)
    if (spec[field] === undefined) to.required(`spec.${shown}`);
  const policy = spec.fsGroupPolicy;
  if (policy !== undefined && !fsGroupPolicies.includes(policy))
    to.notSupported('spec.fsGroupPolicy', policy, fsGroupPolicies);
  validateTokens(spec.tokenRequests ?? [], 'spec.tokenRequests', to);
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!lifecycleModes.includes(mode)) to.notSupported('spec.volumeLifecycleModes', mode, lifecycleModes);
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < shortestPeriod)
    to.invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds');
}

/** Rules of a CSIDriver. Upstream: ValidateCSIDriver. */
export function validateDriver({ spec = {} }: storagev1.CSIDriver, to: ErrorList): void {
  validateDriverSpec(spec, to);
}

export function validateDriverUpdate(
  { spec = {} }: storagev1.CSIDriver,
  { spec: old = {} }: storagev1.CSIDriver,
  to: ErrorList,
): void {
  validateDriverSpec(spec, to);
  immutable(spec.attachRequired, old.attachRequired, 'spec.attachedRequired', to);
  immutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes', to);
}

function validateNodeDriver(driver: storagev1.CSINodeDriver, names: Set<string>, path: string, to: ErrorList): void {
  const { name = '', nodeID = '', allocatable, topologyKeys } = driver;
  validateDriverName(name, child(path, 'name'), to);
  if (nodeID === '') to.required(child(path, 'nodeID'));
  if (Buffer.byteLength(nodeID) > longestNodeId) to.tooLong(child(path, 'nodeID'), longestNodeId);
  nonNegative(allocatable?.count, child(path, 'allocatable.count'), to);
  if (names.has(name)) to.duplicate(child(path, 'name'), name);
  names.add(name);
  const keys = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === '') to.required(path);
    if (keys.has(key)) to.duplicate(path, key);
    keys.add(key);
    to.all(path, topologyKeys, qualifiedName(key));
  }
}

/** Rules of a CSINode. Upstream: ValidateCSINode. */
export function validateCsiNode({ spec = {} }: storagev1.CSINode, to: ErrorList): void {
  const names = new Set<string>();
  for (const [index, driver] of (spec.drivers ?? []).entries())
    validateNodeDriver(driver, names, `spec.drivers[${index}]`, to);
}

/** A driver as upstream shows it: its internal type, whose fields have no JSON names. */
const shownDriver = ({ name = '', nodeID = '', topologyKeys, allocatable }: storagev1.CSINodeDriver): object => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: allocatable ? { Count: allocatable.count ?? null } : null,
});

/** Drivers come and go, but stay what they are, apart from how many volumes they take. */
export function validateCsiNodeUpdate(node: storagev1.CSINode, old: storagev1.CSINode, to: ErrorList): void {
  validateCsiNode(node, to);
  const fixed = (driver: storagev1.CSINodeDriver): object => ({ ...driver, allocatable: undefined });
  for (const before of old.spec?.drivers ?? [])
    for (const driver of node.spec?.drivers ?? [])
      if (driver.name === before.name && !same(fixed(driver), fixed(before)))
        to.invalid('CSINodeDriver', shownDriver(driver), 'field is immutable');
}

function validateAttachmentSource(source: storagev1.VolumeAttachmentSource, path: string, to: ErrorList): void {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  if (inline && name !== undefined)
    to.forbidden(path, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName');
  else if (inline) validateVolumeSpec(inline, child(path, 'inlineVolumeSpec'), 'inline', to);
  else if (name === undefined) to.required(path);
  else if (name === '') to.required(child(path, 'persistentVolumeName'), 'must specify non empty persistentVolumeName');
}

function validateAttachmentStatus(status: storagev1.VolumeAttachmentStatus, to: ErrorList): void {
  const metadata = Object.entries(status.attachmentMetadata ?? {});
  const size = metadata.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > mostMetadata) to.tooLong('status.attachmentMetadata', mostMetadata);
  for (const field of ['attachError', 'detachError'] as const)
    if (Buffer.byteLength(status[field]?.message ?? '') > longestMessage)
      to.tooLong(`status.${field}.message`, longestMessage);
}

function validateAnyAttachment({ spec = {}, status = {} }: storagev1.VolumeAttachment, to: ErrorList): void {
  const { attacher = '', source = {}, nodeName = '' } = spec;
  if (attacher === '') to.required('spec.attacher');
  validateAttachmentSource(source, 'spec.source', to);
  to.all('spec.nodeName', nodeName, dns1123Subdomain(nodeName));
  validateAttachmentStatus(status, to);
}

/** Rules of a new VolumeAttachment. Upstream: ValidateVolumeAttachment, then ValidateVolumeAttachmentV1. */
export function validateAttachment(attachment: storagev1.VolumeAttachment, to: ErrorList): void {
  validateAnyAttachment(attachment, to);
  const { attacher = '', source } = attachment.spec ?? {};
  validateDriverName(attacher, 'spec.attacher', to);
  const name = source?.persistentVolumeName;
  if (name !== undefined) to.all('spec.source.persistentVolumeName', name, dns1123Subdomain(name));
}

/** A spec as upstream shows it: its internal type, whose fields have no JSON names. */
const shownAttachment = ({ attacher = '', source, nodeName = '' }: storagev1.VolumeAttachmentSpec): object => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source?.persistentVolumeName ?? null,
    InlineVolumeSpec: source?.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
});

export function validateAttachmentUpdate(
  attachment: storagev1.VolumeAttachment,
  old: storagev1.VolumeAttachment,
  to: ErrorList,
): void {
  validateAnyAttachment(attachment, to);
  if (!same(attachment.spec, old.spec))
    to.invalid('spec', shownAttachment(attachment.spec ?? {}), 'field is immutable');
}

/** Rules of a CSIStorageCapacity. Upstream: ValidateCSIStorageCapacity. */
export function validateStorageCapacity(capacity: storagev1.CSIStorageCapacity, to: ErrorList): void {
  const { storageClassName = '', nodeTopology } = capacity;
  to.all('storageClassName', storageClassName, dns1123Subdomain(storageClassName));
  validateLabelSelector(nodeTopology, 'nodeTopology', to);
  for (const field of ['capacity', 'maximumVolumeSize'] as const) {
    const amount = capacity[field];
    if (amount !== undefined && compareQuantities(amount, '0') < 0)
      to.invalid(field, amount, 'must be greater than or equal to 0');
  }
}

export function fixedTopology(
  capacity: storagev1.CSIStorageCapacity,
  old: storagev1.CSIStorageCapacity,
  to: ErrorList,
): void {
  immutable(capacity.nodeTopology, old.nodeTopology, 'nodeTopology', to);
  immutable(capacity.storageClassName, old.storageClassName, 'storageClassName', to);
}
