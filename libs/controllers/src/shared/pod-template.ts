import type { corev1, metav1 } from '@skiff/contracts';

/** The pod that a workload creates from its template: generateName `<owner>-`, labels, annotations and finalizers of the template, and its controller. */
export function podFromTemplate(
  template: corev1.PodTemplateSpec | undefined,
  owner: { readonly name: string; readonly namespace: string | undefined; readonly reference: metav1.OwnerReference },
): corev1.Pod {
  const meta = template?.metadata;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      namespace: owner.namespace,
      generateName: `${owner.name}-`,
      ...(meta?.labels && { labels: { ...meta.labels } }),
      ...(meta?.annotations && { annotations: { ...meta.annotations } }),
      ...(meta?.finalizers && { finalizers: [...meta.finalizers] }),
      ownerReferences: [owner.reference],
    },
    spec: structuredClone(template?.spec ?? {}),
  };
}
