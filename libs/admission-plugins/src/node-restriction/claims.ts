import { isDeepStrictEqual } from 'node:util';
import type { corev1 } from '@skiff/contracts';
import { refused } from '@skiff/api-server/admission';
import { quote, type NodeWrite } from './node-write';

type Claim = corev1.PersistentVolumeClaim;

/** What a kubelet finds out when it makes a volume larger. */
const ofKubelet: readonly string[] = ['capacity', 'conditions', 'allocatedResourceStatuses', 'allocatedResources'];
/** Says nothing about the claim itself. */
const bookkeeping: readonly string[] = ['resourceVersion', 'managedFields'];

/** A node reports how large a volume has become, and changes nothing else of a claim. */
export function checkClaim({ request, node }: NodeWrite): void {
  const { operation, subresource } = request;
  if (subresource !== 'status') throw refused(request, 'may only update PVC status');
  if (operation !== 'UPDATE') throw refused(request, `unexpected operation ${quote(operation)}`);
  const changed = changedFields(request.oldObject as Claim, request.object as Claim);
  if (changed.length)
    throw refused(
      request,
      `node ${quote(node)} is not allowed to update fields other than status.capacity and status.conditions: ${changed.join(', ')}`,
    );
}

function changedFields(before: Claim, now: Claim): string[] {
  return [
    ...differences('metadata', before.metadata, now.metadata, bookkeeping),
    ...differences('spec', before.spec, now.spec, []),
    ...differences('status', before.status, now.status, ofKubelet),
  ];
}

function differences(part: string, before: object = {}, now: object = {}, free: readonly string[]): string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const current = new Map<string, unknown>(Object.entries(now));
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((field) => !free.includes(field) && !isDeepStrictEqual(old.get(field), current.get(field)))
    .map((field) => `${part}.${field}`)
    .sort();
}
