import type { corev1 } from '@skiff/contracts';

/** Fills a pod's spec as upstream's v1 defaults do; changes it in place. */
export function defaultPodSpec(spec: corev1.PodSpec): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.securityContext ??= {};
  spec.schedulerName ??= 'default-scheduler';
  const { hostNetwork } = spec;
  for (const container of spec.initContainers ?? []) defaultContainer(container, hostNetwork);
  for (const container of spec.containers ?? []) defaultContainer(container, hostNetwork);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container, hostNetwork);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    if (!constraint.whenUnsatisfiable) constraint.whenUnsatisfiable = 'DoNotSchedule';
  }
}

/** What only pods get, and not the templates of others. */
export function defaultPod(pod: corev1.Pod): void {
  const spec = (pod.spec ??= {});
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) requestsFromLimits(container);
  if (spec.hostNetwork)
    for (const container of spec.containers ?? [])
      for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
}

function requestsFromLimits(container: corev1.Container): void {
  const { limits } = container.resources ?? {};
  if (!container.resources || !limits) return;
  const requests = { ...container.resources.requests };
  for (const [name, quantity] of Object.entries(limits)) requests[name] ??= quantity;
  container.resources.requests = requests;
}

function defaultContainer(container: corev1.Container, hostNetwork: boolean | undefined): void {
  container.imagePullPolicy ??= pullPolicy(container.image ?? '');
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) {
    port.protocol ??= 'TCP';
    if (hostNetwork && port.containerPort) port.hostPort ??= port.containerPort;
  }
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
  for (const { valueFrom } of container.env ?? [])
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe);
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop])
    if (hook?.httpGet) defaultHttpGet(hook.httpGet);
}

/** Always for an image without a tag or with the tag latest, else (an invalid name too) only when it is missing. */
function pullPolicy(image: string): string {
  const slash = image.indexOf('/');
  const path = /[.:]/.test(image.slice(0, Math.max(slash, 0))) ? image.slice(slash + 1) : image;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tagAt = name.indexOf(':');
  if (/[A-Z\s]/.test(tagAt < 0 ? path : path.slice(0, tagAt - name.length))) return 'IfNotPresent';
  if (image.includes('@')) return 'IfNotPresent';
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: corev1.Probe): void {
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: corev1.HTTPGetAction): void {
  action.path ??= '/';
  action.scheme ??= 'HTTP';
}

const fileMode = 0o644;

function defaultVolume(volume: corev1.Volume): void {
  const { secret, configMap, downwardAPI, projected, hostPath, iscsi, rbd, azureDisk, scaleIO, ephemeral } = volume;
  if (secret) secret.defaultMode ??= fileMode;
  if (configMap) configMap.defaultMode ??= fileMode;
  if (downwardAPI) {
    downwardAPI.defaultMode ??= fileMode;
    for (const item of downwardAPI.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ??= 'v1';
  }
  if (projected) {
    projected.defaultMode ??= fileMode;
    for (const source of projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
      for (const item of source.downwardAPI?.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ??= 'v1';
    }
  }
  if (hostPath) hostPath.type ??= '';
  if (iscsi) iscsi.iscsiInterface ??= 'default';
  if (rbd) {
    rbd.pool ??= 'rbd';
    rbd.user ??= 'admin';
    rbd.keyring ??= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
  if (scaleIO) {
    scaleIO.storageMode ??= 'ThinProvisioned';
    scaleIO.fsType ??= 'xfs';
  }
  if (ephemeral?.volumeClaimTemplate?.spec) ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
}
