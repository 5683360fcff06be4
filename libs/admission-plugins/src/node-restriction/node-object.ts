import { isDeepStrictEqual } from 'node:util';
import type { corev1 } from '@skiff/contracts';
import { refused } from '@skiff/api-server/admission';
import { forbiddenLabels } from './node-labels';
import { nameOf, quote, type NodeWrite } from './node-write';

/** A node writes its own Node alone, and of that not what says which pods come to it or who owns it. */
export function checkNode({ request, node }: NodeWrite): void {
  const name = nameOf(request);
  if (name !== node) throw refused(request, `node ${quote(node)} is not allowed to modify node ${quote(name)}`);
  if (request.operation === 'CREATE') checkCreation({ request, node });
  if (request.operation === 'UPDATE') checkUpdate({ request, node });
}

function checkCreation({ request, node }: NodeWrite): void {
  const { metadata, spec } = request.object as corev1.Node;
  if (spec?.configSource)
    throw refused(request, `node ${quote(node)} is not allowed to create pods with a non-nil configSource`);
  const labels = forbiddenLabels(metadata?.labels, undefined);
  if (labels.length)
    throw refused(request, `node ${quote(node)} is not allowed to set the following labels: ${labels.join(', ')}`);
}

function checkUpdate({ request, node }: NodeWrite): void {
  const { metadata, spec } = request.object as corev1.Node;
  const { metadata: oldMetadata, spec: oldSpec } = request.oldObject as corev1.Node;
  if (spec?.configSource && !isDeepStrictEqual(spec.configSource, oldSpec?.configSource))
    throw refused(request, `node ${quote(node)} is not allowed to update configSource to a new non-nil configSource`);
  if (!isDeepStrictEqual(spec?.taints ?? [], oldSpec?.taints ?? []))
    throw refused(request, `node ${quote(node)} is not allowed to modify taints`);
  if (!isDeepStrictEqual(metadata?.ownerReferences ?? [], oldMetadata?.ownerReferences ?? []))
    throw refused(request, `node ${quote(node)} is not allowed to modify ownerReferences`);
  const labels = forbiddenLabels(metadata?.labels, oldMetadata?.labels);
  if (labels.length) throw refused(request, `is not allowed to modify labels: ${labels.join(', ')}`);
}
