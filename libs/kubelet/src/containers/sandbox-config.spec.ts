import { criv1, type corev1 } from '@skiff/contracts';
import { aPod } from '../testing/pods';
import { sandboxConfig, sandboxProblem } from './sandbox-config';

const config = (spec: corev1.PodSpec): criv1.PodSandboxConfig =>
  sandboxConfig({
    pod: aPod(spec),
    attempt: 0,
    logDirectory: '/logs',
    resolver: { servers: [], searches: [], options: [] },
    cgroupParent: '/kubepods/pod1',
    clusterDomain: 'cluster.local',
  });

describe('the sandbox of a pod', () => {
  it('is refused to who asks for a user namespace, rather than made without', () => {
    expect(sandboxProblem(aPod({ hostUsers: false }))).toBe(
      "can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    );
    expect(sandboxProblem(aPod({ hostUsers: true }))).toBeUndefined();
    expect(sandboxProblem(aPod({}))).toBeUndefined();
  });

  it('has the host ports of its containers and of its sidecars, and no others', () => {
    const ports = [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 53, hostPort: 53, protocol: 'UDP', hostIP: '10.0.0.1' },
      { containerPort: 81 },
    ];
    const spec: corev1.PodSpec = {
      containers: [{ name: 'c', ports }],
      initContainers: [
        { name: 'side', restartPolicy: 'Always', ports: [{ containerPort: 9000, hostPort: 9000 }] },
        { name: 'init', ports: [{ containerPort: 9001, hostPort: 9001 }] },
      ],
    };
    expect(config(spec).portMappings).toEqual([
      { protocol: criv1.Protocol.TCP, containerPort: 9000, hostPort: 9000, hostIp: '' },
      { protocol: criv1.Protocol.TCP, containerPort: 80, hostPort: 8080, hostIp: '' },
      { protocol: criv1.Protocol.UDP, containerPort: 53, hostPort: 53, hostIp: '10.0.0.1' },
    ]);
    // On the node's own network the ports are there already.
    expect(config({ ...spec, hostNetwork: true }).portMappings).toEqual([]);
  });

  it('shares the namespaces that its spec names with the node or between its containers', () => {
    const namespaces = (spec: corev1.PodSpec): unknown => config(spec).linux?.securityContext?.namespaceOptions;
    const { POD, CONTAINER, NODE } = criv1.NamespaceMode;
    expect(namespaces({})).toMatchObject({ network: POD, ipc: POD, pid: CONTAINER });
    expect(namespaces({ hostNetwork: true, hostIPC: true })).toMatchObject({ network: NODE, ipc: NODE });
    expect(namespaces({ hostPID: true })).toMatchObject({ pid: NODE });
    expect(namespaces({ shareProcessNamespace: true })).toMatchObject({ pid: POD });
  });
});
