/** Labels and annotations by which a kubelet recognises its sandboxes and containers; upstream's names. */
export const RuntimeLabels = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const;

export const RuntimeAnnotations = {
  containerHash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  terminationMessagePath: 'io.kubernetes.container.terminationMessagePath',
  terminationMessagePolicy: 'io.kubernetes.container.terminationMessagePolicy',
  podGracePeriod: 'io.kubernetes.pod.terminationGracePeriod',
  preStop: 'io.kubernetes.container.preStopHandler',
  /** Host file that the termination message is read from. */
  terminationMessageFile: 'skiff.dev/termination-message-file',
  /** metadata.generation of the pod when the container was made. */
  podGeneration: 'skiff.dev/pod-generation',
} as const;
