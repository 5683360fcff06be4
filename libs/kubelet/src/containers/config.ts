import { quantityToMilli, quantityToNumber } from '@skiff/apimachinery';
import { criv1 } from '@skiff/contracts';
import { RuntimeAnnotations, RuntimeLabels } from '../runtime/labels';
import { cpuPeriodMicroseconds } from '../system/cgroups';
import { cpuQuota, cpuShares, oomScoreAdjust } from '../pod-model/qos';
import { containerHash } from '../pod-model/container-hash';
import { expandVariables } from '../pod-model/expand';
import type { ContainerConfigInput } from './config-input';
import { containerSecurity } from './security';

/** Where a container's log lies below the pod's log directory. */
export function containerLogPath(name: string, restartCount: number): string {
  return `${name}/${restartCount}.log`;
}

const propagations = {
  None: criv1.MountPropagation.PROPAGATION_PRIVATE,
  HostToContainer: criv1.MountPropagation.PROPAGATION_HOST_TO_CONTAINER,
  Bidirectional: criv1.MountPropagation.PROPAGATION_BIDIRECTIONAL,
};

/** What the runtime needs to know to make a container. */
export function containerConfig(input: ContainerConfigInput): criv1.ContainerConfig {
  const { pod, container, environment, restartCount } = input;
  const name = container.name ?? '';
  const expand = (text: string): string => expandVariables(text, environment);
  const logFile = container.terminationMessagePath ?? '/dev/termination-log';
  const extra =
    input.terminationLog === undefined
      ? []
      : [{ hostPath: input.terminationLog, containerPath: logFile, readOnly: false, propagation: 'None' as const }];
  const grace = pod.spec?.terminationGracePeriodSeconds;
  const preStop = container.lifecycle?.preStop;
  return criv1.ContainerConfig.fromPartial({
    metadata: { name, attempt: restartCount },
    image: { image: input.imageRef, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    workingDir: container.workingDir ?? '',
    envs: [...environment].map(([key, value]) => ({ key, value: Buffer.from(value) })),
    mounts: [...input.mounts, ...extra].map((mount) => ({
      hostPath: mount.hostPath,
      containerPath: mount.containerPath,
      readonly: mount.readOnly,
      propagation: propagations[mount.propagation],
    })),
    labels: {
      [RuntimeLabels.podName]: pod.metadata?.name ?? '',
      [RuntimeLabels.podNamespace]: pod.metadata?.namespace ?? '',
      [RuntimeLabels.podUid]: pod.metadata?.uid ?? '',
      [RuntimeLabels.containerName]: name,
    },
    annotations: {
      [RuntimeAnnotations.containerHash]: containerHash(container),
      [RuntimeAnnotations.restartCount]: String(restartCount),
      [RuntimeAnnotations.terminationMessagePath]: logFile,
      [RuntimeAnnotations.terminationMessagePolicy]: container.terminationMessagePolicy ?? 'File',
      ...(grace === undefined ? {} : { [RuntimeAnnotations.podGracePeriod]: String(grace) }),
      ...(preStop === undefined ? {} : { [RuntimeAnnotations.preStop]: JSON.stringify(preStop) }),
      ...(input.terminationLog === undefined
        ? {}
        : { [RuntimeAnnotations.terminationMessageFile]: input.terminationLog }),
    },
    logPath: containerLogPath(name, restartCount),
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    linux: { resources: resources(input), securityContext: containerSecurity(input) },
  });
}

function resources({ pod, container, nodeMemoryBytes }: ContainerConfigInput): criv1.LinuxContainerResources {
  const { limits, requests } = container.resources ?? {};
  const cpuLimit = quantityToMilli(limits?.['cpu'] ?? '0');
  const cpuRequest = requests?.['cpu'] === undefined ? cpuLimit : quantityToMilli(requests['cpu']);
  return criv1.LinuxContainerResources.fromPartial({
    cpuShares: BigInt(cpuShares(cpuRequest)),
    cpuPeriod: BigInt(cpuPeriodMicroseconds),
    cpuQuota: BigInt(cpuQuota(cpuLimit)),
    memoryLimitInBytes: BigInt(quantityToNumber(limits?.['memory'] ?? '0')),
    oomScoreAdj: BigInt(oomScoreAdjust(pod, container, nodeMemoryBytes)),
  });
}
