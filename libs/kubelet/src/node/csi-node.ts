import type { Client } from '@skiff/client';
import { Kinds, type corev1, type storagev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';

/** The volume plugins of former trees that a CSI driver has taken over, as every node of this version says. */
const migratedPlugins = [
  'aws-ebs',
  'azure-disk',
  'azure-file',
  'cinder',
  'gce-pd',
  'portworx-volume',
  'vsphere-volume',
].map((name) => `kubernetes.io/${name}`);

/**
 * Sees to it that a node has its CSINode, in which CSI drivers say that they run there. It goes with the node.
 * Upstream: pkg/volume/csi/nodeinfomanager.
 */
export async function ensureCsiNode(client: Client, node: corev1.Node): Promise<void> {
  const { name = '', uid } = node.metadata ?? {};
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
  const annotations = { 'storage.alpha.kubernetes.io/migrated-plugins': migratedPlugins.join() };
  const wanted: storagev1.CSINode = {
    kind: 'CSINode',
    apiVersion: 'storage.k8s.io/v1',
    metadata: { name, annotations, ownerReferences },
    spec: { drivers: [] },
  };
  try {
    await client.create(Kinds.CSINode, wanted);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    await client.patch(Kinds.CSINode, { name }, 'merge', { metadata: { annotations, ownerReferences } });
  }
}
