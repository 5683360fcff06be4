import { child, type ErrorList, nonNegative, qualifiedName, same, type Validation } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';
import { validateDriverName } from '../driver-name';

const longestNodeId = 256;

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

export const csiNodeValidation: Validation<storagev1.CSINode> = {
  create: validateCsiNode,
  update: validateCsiNodeUpdate,
};
