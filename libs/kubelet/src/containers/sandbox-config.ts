import { criv1, type corev1 } from '@skiff/contracts';
import { RuntimeLabels } from '../runtime/labels';
import { podHostname, type ResolverConfig } from '../pod-model/dns';

export interface SandboxConfigInput {
  readonly pod: corev1.Pod;
  readonly attempt: number;
  readonly logDirectory: string;
  readonly resolver: ResolverConfig;
  readonly cgroupParent: string;
  readonly clusterDomain: string;
}

/** Labels of a pod's own that its sandbox carries, with those that name it. */
function sandboxLabels(pod: corev1.Pod): Record<string, string> {
  return {
    ...pod.metadata?.labels,
    [RuntimeLabels.podName]: pod.metadata?.name ?? '',
    [RuntimeLabels.podNamespace]: pod.metadata?.namespace ?? '',
    [RuntimeLabels.podUid]: pod.metadata?.uid ?? '',
  };
}

/** How the namespaces of a pod are shared, for its sandbox and its containers. */
export function namespaceOptions(pod: corev1.Pod): criv1.NamespaceOption {
  const { POD, CONTAINER, NODE } = criv1.NamespaceMode;
  const spec = pod.spec;
  return criv1.NamespaceOption.fromPartial({
    network: spec?.hostNetwork === true ? NODE : POD,
    ipc: spec?.hostIPC === true ? NODE : POD,
    pid: spec?.hostPID === true ? NODE : spec?.shareProcessNamespace === true ? POD : CONTAINER,
  });
}

const protocols: Record<string, criv1.Protocol> = {
  TCP: criv1.Protocol.TCP,
  UDP: criv1.Protocol.UDP,
  SCTP: criv1.Protocol.SCTP,
};

/**
 * Why a pod gets no sandbox on this node. Who asks for a user namespace relies on it, and is not given less.
 * Upstream: pkg/kubelet/userns/userns_manager.go.
 */
export function sandboxProblem({ spec }: corev1.Pod): string | undefined {
  if (spec?.hostUsers !== false) return undefined;
  return "can't set `spec.hostUsers: false`, runtime does not support user namespaces";
}

/** What the runtime needs to know to make a pod's sandbox. */
export function sandboxConfig(input: SandboxConfigInput): criv1.PodSandboxConfig {
  const { pod } = input;
  const spec = pod.spec;
  const security = spec?.securityContext;
  const hostNetwork = spec?.hostNetwork === true;
  const { hostname, domain } = podHostname(pod, input.clusterDomain);
  const shown = spec?.setHostnameAsFQDN === true && domain !== '' ? `${hostname}.${domain}` : hostname;
  const containers = [
    ...(spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
    ...(spec?.containers ?? []),
  ];
  const ports = hostNetwork ? [] : containers.flatMap((container) => container.ports ?? []);
  const privileged = containers.some((container) => container.securityContext?.privileged === true);
  const groups = [
    ...(security?.fsGroup === undefined ? [] : [security.fsGroup]),
    ...(security?.supplementalGroups ?? []),
  ];
  return criv1.PodSandboxConfig.fromPartial({
    metadata: {
      name: pod.metadata?.name ?? '',
      namespace: pod.metadata?.namespace ?? '',
      uid: pod.metadata?.uid ?? '',
      attempt: input.attempt,
    },
    // On the host's network a pod has the host's name, which the runtime must not set.
    hostname: hostNetwork ? '' : shown,
    logDirectory: input.logDirectory,
    dnsConfig: input.resolver,
    portMappings: ports
      .filter((port) => (port.hostPort ?? 0) > 0)
      .map((port) => ({
        protocol: protocols[port.protocol ?? 'TCP'] ?? criv1.Protocol.TCP,
        containerPort: port.containerPort ?? 0,
        hostPort: port.hostPort ?? 0,
        hostIp: port.hostIP ?? '',
      })),
    labels: sandboxLabels(pod),
    annotations: pod.metadata?.annotations ?? {},
    linux: {
      cgroupParent: input.cgroupParent,
      sysctls: Object.fromEntries((security?.sysctls ?? []).map(({ name = '', value = '' }) => [name, value])),
      securityContext: {
        namespaceOptions: namespaceOptions(pod),
        privileged,
        supplementalGroups: groups.map(BigInt),
        ...(security?.runAsUser === undefined ? {} : { runAsUser: { value: BigInt(security.runAsUser) } }),
        ...(security?.runAsUser === undefined || security.runAsGroup === undefined
          ? {}
          : { runAsGroup: { value: BigInt(security.runAsGroup) } }),
        seccomp: { profileType: criv1.SecurityProfile_ProfileType.RuntimeDefault },
      },
    },
  });
}
