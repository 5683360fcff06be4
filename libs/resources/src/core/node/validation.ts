import {
  also,
  child,
  cidr,
  compareQuantities,
  type ErrorList,
  isIP,
  qualifiedName,
  quantityToNano,
  refuseRepeated,
  same,
  type Validation,
  validLabelValue,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateTaintEffect } from '../pod/validation/scheduling';
import { warningsForNode } from './warnings';

/** A taint as upstream shows it: its internal type, whose fields have no JSON names. */
const shownTaint = ({ key = '', value = '', effect = '', timeAdded }: corev1.Taint): object => ({
  ...{ Key: key, Value: value, Effect: effect },
  TimeAdded: timeAdded ?? null,
});

/** The path is upstream's, although taints are in the spec. */
function validateTaints(taints: readonly corev1.Taint[], to: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, taint] of taints.entries()) {
    const at = `metadata.taints[${index}]`;
    const { key = '', value = '', effect = '' } = taint;
    to.all(child(at, 'key'), key, qualifiedName(key));
    const problems = validLabelValue(value);
    if (problems.length > 0) to.invalid(child(at, 'value'), value, problems.join(';'));
    if (effect === '') to.required(child(at, 'effect'));
    else validateTaintEffect(effect, child(at, 'effect'), to);
    const pair = `${effect}/${key}`;
    if (seen.has(pair)) to.duplicate(at, shownTaint(taint), 'taints must be unique by key and effect pair');
    seen.add(pair);
  }
}

/** Resources that are counted, and cannot be split. */
const isWhole = (name: string): boolean =>
  name === 'pods' || (name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name));

const nanosOfOne = 1_000_000_000n;

function validateAmounts({ status = {} }: corev1.Node, to: ErrorList): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status[list] ?? {})) {
      const path = `status.${list}.${name}`;
      if (compareQuantities(amount, '0') < 0) to.invalid(path, amount, 'must be greater than or equal to 0');
      if (isWhole(name) && quantityToNano(amount) % nanosOfOne !== 0n) to.invalid(path, amount, 'must be an integer');
    }
  }
}

function validateRanges(ranges: readonly string[], to: ErrorList): void {
  for (const [index, range] of ranges.entries()) to.all(`spec.podCIDRs[${index}]`, range, cidr(range));
  const versions = new Set(ranges.map((range) => isIP(range.split('/')[0] ?? '')));
  if (versions.size !== ranges.length)
    to.invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family');
  refuseRepeated(ranges, 'spec.podCIDRs', to);
}

/** Rules of a Node. As ValidateNode. */
export function validateNode(node: corev1.Node, to: ErrorList): void {
  validateTaints(node.spec?.taints ?? [], to);
  validateAmounts(node, to);
  validateRanges(node.spec?.podCIDRs ?? [], to);
}

function validateAddresses({ status }: corev1.Node, to: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, { type = '', address = '' }] of (status?.addresses ?? []).entries()) {
    const key = `${type} ${address}`;
    if (seen.has(key)) to.duplicate(`status.addresses[${index}]`, { Type: type, Address: address });
    seen.add(key);
  }
}

/** Rules of a change to a Node, or to its status. As ValidateNodeUpdate. */
export function validateNodeUpdate(node: corev1.Node, old: corev1.Node, to: ErrorList): void {
  validateAmounts(node, to);
  validateAddresses(node, to);
  const [now, before] = [node.spec ?? {}, old.spec ?? {}];
  if (before.podCIDRs?.length && !same(now.podCIDRs, before.podCIDRs))
    to.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  if (before.providerID && now.providerID !== before.providerID)
    to.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
  validateTaints(now.taints ?? [], to);
  const [wanted, kept] = [fixedSpec(now, before), fixedSpec(before, before)];
  // Upstream names a field without a name, which shows so.
  if (!same(wanted, kept)) to.forbidden('[]', 'node updates may only change labels, taints, or capacity');
}

/** What of a node's spec is for ever, once it is said. */
function fixedSpec(spec: corev1.NodeSpec, before: corev1.NodeSpec): corev1.NodeSpec {
  const { taints: _taints, unschedulable: _unschedulable, configSource: _source, ...fixed } = spec;
  if (!before.providerID) delete fixed.providerID;
  if (!before.podCIDRs?.length) {
    delete fixed.podCIDR;
    delete fixed.podCIDRs;
  }
  return fixed;
}

export const nodeValidation: Validation<corev1.Node> = {
  create: validateNode,
  update: also(validateNode, validateNodeUpdate),
  subresources: { status: validateNodeUpdate },
  warnings: warningsForNode,
};
