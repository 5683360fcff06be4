import type { corev1, storagev1 } from '@skiff/contracts';

/** What a pod may make its node read. */
export type Reference = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts';

/** Which objects the pods of each node refer to, kept current by whoever watches pods, volumes and attachments. */
export class NodeGraph {
  readonly #pods = new Map<string, { node: string; references: readonly string[] }>();
  /** Node → reference → how many of the node's pods make it. */
  readonly #references = new Map<string, Map<string, number>>();
  readonly #claimOfVolume = new Map<string, string>();
  readonly #nodeOfAttachment = new Map<string, string>();

  setPod(pod: corev1.Pod): void {
    const key = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    const node = pod.spec?.nodeName;
    const known = this.#pods.get(key);
    if (known?.node === node && known !== undefined) return;
    if (known) this.deletePod(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '');
    if (!node) return;
    const references = podReferences(pod);
    this.#pods.set(key, { node, references });
    const counts = this.#references.get(node) ?? new Map<string, number>();
    this.#references.set(node, counts);
    for (const reference of references) counts.set(reference, (counts.get(reference) ?? 0) + 1);
  }

  deletePod(namespace: string, name: string): void {
    const known = this.#pods.get(`${namespace}/${name}`);
    if (!known) return;
    this.#pods.delete(`${namespace}/${name}`);
    const counts = this.#references.get(known.node);
    for (const reference of known.references) {
      const left = (counts?.get(reference) ?? 0) - 1;
      if (left > 0) counts?.set(reference, left);
      else counts?.delete(reference);
    }
    if (counts?.size === 0) this.#references.delete(known.node);
  }

  setVolume(volume: corev1.PersistentVolume): void {
    const claim = volume.spec?.claimRef;
    const name = volume.metadata?.name ?? '';
    if (claim) this.#claimOfVolume.set(name, `${claim.namespace}/${claim.name}`);
    else this.#claimOfVolume.delete(name);
  }

  deleteVolume(name: string): void {
    this.#claimOfVolume.delete(name);
  }

  setAttachment(attachment: storagev1.VolumeAttachment): void {
    this.#nodeOfAttachment.set(attachment.metadata?.name ?? '', attachment.spec?.nodeName ?? '');
  }

  deleteAttachment(name: string): void {
    this.#nodeOfAttachment.delete(name);
  }

  runsPod(node: string, namespace: string, name: string): boolean {
    return this.#pods.get(`${namespace}/${name}`)?.node === node;
  }

  refersTo(node: string, resource: Reference, namespace: string, name: string): boolean {
    return this.#references.get(node)?.has(`${resource}:${namespace}/${name}`) ?? false;
  }

  usesVolume(node: string, name: string): boolean {
    const claim = this.#claimOfVolume.get(name);
    return claim !== undefined && (this.#references.get(node)?.has(`persistentvolumeclaims:${claim}`) ?? false);
  }

  hasAttachment(node: string, name: string): boolean {
    return this.#nodeOfAttachment.get(name) === node;
  }
}

/** Every object that a pod's node has to read to run it, each once. */
export function podReferences(pod: corev1.Pod): string[] {
  const namespace = pod.metadata?.namespace ?? '';
  const found = new Set<string>();
  const add = (resource: Reference, name: string | undefined): void => {
    if (name) found.add(`${resource}:${namespace}/${name}`);
  };
  const spec = pod.spec ?? {};
  add('serviceaccounts', spec.serviceAccountName || 'default');
  for (const secret of spec.imagePullSecrets ?? []) add('secrets', secret.name);
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ])
    addEnvironment(container, add);
  for (const volume of spec.volumes ?? []) addVolume(volume, pod.metadata?.name ?? '', add);
  return [...found];
}

type Add = (resource: Reference, name: string | undefined) => void;

function addEnvironment({ env, envFrom }: Pick<corev1.Container, 'env' | 'envFrom'>, add: Add): void {
  for (const variable of env ?? []) {
    add('secrets', variable.valueFrom?.secretKeyRef?.name);
    add('configmaps', variable.valueFrom?.configMapKeyRef?.name);
  }
  for (const source of envFrom ?? []) {
    add('secrets', source.secretRef?.name);
    add('configmaps', source.configMapRef?.name);
  }
}

function addVolume(volume: corev1.Volume, podName: string, add: Add): void {
  add('secrets', volume.secret?.secretName);
  add('configmaps', volume.configMap?.name);
  add('persistentvolumeclaims', volume.persistentVolumeClaim?.claimName);
  if (volume.ephemeral) add('persistentvolumeclaims', `${podName}-${volume.name}`);
  for (const source of volume.projected?.sources ?? []) {
    add('secrets', source.secret?.name);
    add('configmaps', source.configMap?.name);
  }
  const secretRefs = [
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.iscsi?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef?.name,
    volume.storageos?.secretRef?.name,
  ];
  for (const name of secretRefs) add('secrets', name);
}
