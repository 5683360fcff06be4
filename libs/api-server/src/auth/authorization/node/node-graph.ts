import type { corev1, resourcev1, storagev1 } from '@skiff/contracts';
import { podReferences, referenceTo, type Reference } from '@skiff/resources';
import { volumeSecrets } from './volume-secrets';

const mirrorAnnotation = 'kubernetes.io/config.mirror';

interface KnownPod {
  readonly node: string;
  readonly references: readonly string[];
}

interface KnownVolume {
  /** "namespace/name" of the claim that it is bound to. */
  readonly claim: string;
  readonly secrets: readonly string[];
}

/**
 * Which objects the pods of each node refer to, kept current by whoever watches pods, volumes, attachments and
 * slices.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/graph.go
 */
export class NodeGraph {
  private readonly pods = new Map<string, KnownPod>();
  /** Node → reference → how many of the node's pods make it. */
  private readonly references = new Map<string, Map<string, number>>();
  private readonly volumes = new Map<string, KnownVolume>();
  /** Secret → the volumes that need it to be mounted. */
  private readonly volumesOfSecret = new Map<string, Set<string>>();
  private readonly nodeOfAttachment = new Map<string, string>();
  private readonly nodeOfSlice = new Map<string, string>();

  /** Learns what a pod refers to, each time that the pod changes: containers and claims are added to one that runs. */
  setPod(pod: corev1.Pod): void {
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const known = this.pods.get(`${namespace}/${name}`);
    const node = pod.spec?.nodeName;
    const references = node ? grantedReferences(pod) : [];
    if (known?.node === node && known !== undefined && isSame(known.references, references)) return;
    this.deletePod(namespace, name);
    if (!node) return;
    this.pods.set(`${namespace}/${name}`, { node, references });
    const counts = this.references.get(node) ?? new Map<string, number>();
    this.references.set(node, counts);
    for (const reference of references) counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }

  deletePod(namespace: string, name: string): void {
    const known = this.pods.get(`${namespace}/${name}`);
    if (!known) return;
    this.pods.delete(`${namespace}/${name}`);
    const counts = this.references.get(known.node);
    for (const reference of known.references) {
      const left = (counts?.get(reference) ?? 0) - 1;
      if (left > 0) counts?.set(reference, left);
      else counts?.delete(reference);
    }
    if (counts?.size === 0) this.references.delete(known.node);
  }

  setVolume(volume: corev1.PersistentVolume): void {
    const name = volume.metadata?.name ?? '';
    this.deleteVolume(name);
    const claim = volume.spec?.claimRef;
    if (!claim) return;
    const secrets = volumeSecrets(volume);
    this.volumes.set(name, { claim: `${claim.namespace}/${claim.name}`, secrets });
    for (const secret of secrets) {
      const volumes = this.volumesOfSecret.get(secret) ?? new Set<string>();
      this.volumesOfSecret.set(secret, volumes.add(name));
    }
  }

  deleteVolume(name: string): void {
    for (const secret of this.volumes.get(name)?.secrets ?? []) {
      const volumes = this.volumesOfSecret.get(secret);
      volumes?.delete(name);
      if (volumes?.size === 0) this.volumesOfSecret.delete(secret);
    }
    this.volumes.delete(name);
  }

  setAttachment(attachment: storagev1.VolumeAttachment): void {
    this.nodeOfAttachment.set(attachment.metadata?.name ?? '', attachment.spec?.nodeName ?? '');
  }

  deleteAttachment(name: string): void {
    this.nodeOfAttachment.delete(name);
  }

  setSlice(slice: resourcev1.ResourceSlice): void {
    this.nodeOfSlice.set(slice.metadata?.name ?? '', slice.spec?.nodeName ?? '');
  }

  deleteSlice(name: string): void {
    this.nodeOfSlice.delete(name);
  }

  runsPod(node: string, namespace: string, name: string): boolean {
    return this.pods.get(`${namespace}/${name}`)?.node === node;
  }

  /** Whether a pod of the node refers to an object, itself or, for a secret, by a volume that it uses. */
  refersTo(node: string, resource: Reference, namespace: string, name: string): boolean {
    if (this.references.get(node)?.has(referenceTo(resource, namespace, name))) return true;
    if (resource !== 'secrets') return false;
    const volumes = this.volumesOfSecret.get(`${namespace}/${name}`) ?? [];
    return [...volumes].some((volume) => this.usesVolume(node, volume));
  }

  usesVolume(node: string, name: string): boolean {
    const claim = this.volumes.get(name)?.claim;
    return claim !== undefined && (this.references.get(node)?.has(`persistentvolumeclaims:${claim}`) ?? false);
  }

  hasAttachment(node: string, name: string): boolean {
    return this.nodeOfAttachment.get(name) === node;
  }

  hasSlice(node: string, name: string): boolean {
    return this.nodeOfSlice.get(name) === node;
  }
}

/** A mirror pod, which a node makes itself, gives it no rights, whatever it names. */
function grantedReferences(pod: corev1.Pod): string[] {
  return pod.metadata?.annotations?.[mirrorAnnotation] === undefined ? podReferences(pod) : [];
}

const isSame = (before: readonly string[], now: readonly string[]): boolean =>
  before.length === now.length && before.every((reference, index) => reference === now[index]);
