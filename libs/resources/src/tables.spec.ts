import { type ApiObject, humanDuration } from '@skiff/apimachinery';
import { type corev1, type Kind, Kinds } from '@skiff/contracts';
import { podStatus } from './core/pod/table';
import { tableFor } from './testing/by-kind';

const now = Date.parse('2026-01-01T01:00:00Z');

const metadata = { name: 'o', namespace: 'n', creationTimestamp: '2026-01-01T00:00:00Z' };

/** What kubectl prints of one object: columns that are always shown, or all. */
function printed<T extends ApiObject>(kind: Kind<T>, object: T, wide = false): Record<string, unknown> {
  const { columnDefinitions, rows } = tableFor(kind, [object], now);
  const cells = columnDefinitions.map(({ name, priority }, index) => [name, priority, rows[0]?.[index]] as const);
  return Object.fromEntries(
    cells.filter(([, priority]) => wide || priority === 0).map(([name, , cell]) => [name, cell]),
  );
}

test.each([
  [-5_000, '<invalid>'],
  [0, '0s'],
  [119_000, '119s'],
  [120_000, '2m'],
  [125_000, '2m5s'],
  [3_600_000, '60m'],
  [3 * 3_600_000, '3h'],
  [7.5 * 3_600_000, '7h30m'],
  [47 * 3_600_000, '47h'],
  [50 * 3_600_000, '2d2h'],
  [200 * 24 * 3_600_000, '200d'],
  [800 * 24 * 3_600_000, '2y70d'],
  [4_000 * 24 * 3_600_000, '10y'],
])('%d milliseconds are %s', (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));

describe('The status of a pod', () => {
  const container = (state: corev1.ContainerState, ready = false): corev1.ContainerStatus => ({
    name: 'c',
    state,
    ready,
  });
  const of = (status: corev1.PodStatus, spec: corev1.PodSpec = {}, more = {}): string =>
    podStatus({ metadata: { ...metadata, ...more }, spec, status });

  test.each([
    [{ phase: 'Pending' }, 'Pending'],
    [{ phase: 'Failed', reason: 'Evicted' }, 'Evicted'],
    [{ containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] }, 'ImagePullBackOff'],
    [{ containerStatuses: [container({ terminated: { exitCode: 3 } })] }, 'ExitCode:3'],
    [{ containerStatuses: [container({ terminated: { exitCode: 0, signal: 9 } })] }, 'Signal:9'],
    [{ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, 'SchedulingGated'],
    [{ initContainerStatuses: [container({ terminated: { exitCode: 1 } })] }, 'Init:ExitCode:1'],
    [{ initContainerStatuses: [container({ running: {} })] }, 'Init:0/1'],
  ] satisfies [corev1.PodStatus, string][])('%j is %s', (status, text) =>
    expect(of(status, { initContainers: [{ name: 'i' }] })).toBe(text),
  );

  test('says when it is going', () => {
    const deletionTimestamp = '2026-01-01T00:59:00Z';
    expect(of({ phase: 'Running' }, {}, { deletionTimestamp })).toBe('Terminating');
    expect(of({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp })).toBe('Unknown');
  });
});

describe('kubectl prints', () => {
  test('pods with their containers and restarts', () => {
    const pod: corev1.Pod = {
      metadata,
      spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'one', readinessGates: [{ conditionType: 'g' }] },
      status: {
        phase: 'Running',
        podIPs: [{ ip: '10.0.0.1' }],
        conditions: [{ type: 'g', status: 'True' }],
        containerStatuses: [
          { name: 'a', ready: true, state: { running: {} }, restartCount: 2 },
          {
            name: 'b',
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:55:00Z' } },
          },
        ],
      },
    };
    expect(printed(Kinds.Pod, pod, true)).toEqual({
      Name: 'o',
      Ready: '1/2',
      Status: 'Running',
      Restarts: '3 (5m ago)',
      Age: '60m',
      IP: '10.0.0.1',
      Node: 'one',
      'Nominated Node': '<none>',
      'Readiness Gates': '1/1',
    });
  });

  test('workloads', () => {
    const template = { spec: { containers: [{ name: 'a', image: 'i' }] } };
    expect(
      printed(
        Kinds.Deployment,
        {
          metadata,
          spec: { replicas: 3, selector: { matchLabels: { a: 'b' } }, template },
          status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
        },
        true,
      ),
    ).toEqual({
      Name: 'o',
      Ready: '1/3',
      'Up-to-date': 2,
      Available: 1,
      Age: '60m',
      Containers: 'a',
      Images: 'i',
      Selector: 'a=b',
    });
    expect(
      printed(Kinds.CronJob, {
        metadata,
        spec: { schedule: '* * * * *', suspend: true },
        status: { active: [{ name: 'j' }], lastScheduleTime: '2026-01-01T00:59:00Z' },
      }),
    ).toEqual({
      Name: 'o',
      Schedule: '* * * * *',
      Timezone: '<none>',
      Suspend: 'True',
      Active: 1,
      'Last Schedule': '60s',
      Age: '60m',
    });
    expect(
      printed(Kinds.Job, {
        metadata,
        spec: { completions: 2 },
        status: {
          succeeded: 2,
          startTime: '2026-01-01T00:00:00Z',
          completionTime: '2026-01-01T00:00:30Z',
          conditions: [{ type: 'Complete', status: 'True' }],
        },
      }),
    ).toMatchObject({ Status: 'Complete', Completions: '2/2', Duration: '30s' });
    expect(
      printed(Kinds.PodDisruptionBudget, {
        metadata,
        spec: { minAvailable: '50%' },
        status: { disruptionsAllowed: 1 },
      }),
    ).toMatchObject({ 'Min Available': '50%', 'Max Unavailable': 'N/A', 'Allowed Disruptions': 1 });
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }];
    expect(
      printed(Kinds.ControllerRevision, { metadata: { ...metadata, ownerReferences }, revision: 4 }),
    ).toMatchObject({ Controller: 'statefulset.apps/web', Revision: 4 });
  });

  test('autoscalers of both versions', () => {
    const spec = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5 };
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } } },
    ];
    const currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20 } } }];
    expect(
      printed(Kinds.HorizontalPodAutoscaler, {
        metadata,
        spec: { ...spec, minReplicas: 2, metrics },
        status: { currentReplicas: 3, currentMetrics },
      }),
    ).toEqual({
      Name: 'o',
      Reference: 'Deployment/web',
      Targets: 'cpu: 20%/80%, memory: <unknown>/1Gi + 1 more...',
      MinPods: '2',
      MaxPods: 5,
      Replicas: 3,
      Age: '60m',
    });
    expect(
      printed(Kinds.HorizontalPodAutoscalerV1, {
        apiVersion: 'autoscaling/v1',
        metadata,
        spec: { ...spec, targetCPUUtilizationPercentage: 60 },
      }),
    ).toMatchObject({ Targets: 'cpu: <unknown>/60%', MinPods: '<unset>' });
  });

  test('what connects pods', () => {
    expect(
      printed(Kinds.Service, {
        metadata,
        spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 30000, protocol: 'TCP' }] },
      }),
    ).toMatchObject({ 'Cluster-IP': '10.0.0.1', 'External-IP': '<pending>', 'Port(s)': '80:30000/TCP' });
    expect(
      printed(Kinds.Ingress, {
        metadata,
        spec: { ingressClassName: 'x', tls: [{}], rules: ['a', 'b', 'c', 'd'].map((host) => ({ host })) },
        status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      }),
    ).toMatchObject({ Class: 'x', Hosts: 'a,b,c + 1 more...', Address: '1.2.3.4', Ports: '80, 443' });
    expect(printed(Kinds.NetworkPolicy, { metadata, spec: { podSelector: {} } })).toMatchObject({
      'Pod-Selector': '<none>',
    });
  });

  test('what keeps data', () => {
    const accessModes = ['ReadWriteMany', 'ReadWriteOnce'];
    expect(
      printed(Kinds.PersistentVolumeClaim, {
        metadata,
        spec: { volumeName: 'v', storageClassName: 'fast', volumeMode: 'Filesystem' },
        status: { phase: 'Bound', accessModes, capacity: { storage: '1Gi' } },
      }),
    ).toMatchObject({
      Status: 'Bound',
      Volume: 'v',
      Capacity: '1Gi',
      'Access Modes': 'RWO,RWX',
      StorageClass: 'fast',
      VolumeAttributesClass: '<unset>',
    });
    expect(
      printed(Kinds.PersistentVolume, {
        metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:30:00Z' },
        spec: { capacity: { storage: '1Gi' }, accessModes, claimRef: { namespace: 'n', name: 'c' } },
        status: { phase: 'Bound' },
      }),
    ).toMatchObject({ Status: 'Terminating', Claim: 'n/c', Capacity: '1Gi' });
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(printed(Kinds.StorageClass, { metadata: { ...metadata, annotations }, provisioner: 'p' })).toMatchObject({
      Name: 'o (default)',
      ReclaimPolicy: 'Delete',
      AllowVolumeExpansion: false,
    });
  });

  test('who may do what, and what is left of it', () => {
    const subjects = [
      { kind: 'User', name: 'jane' },
      { kind: 'ServiceAccount', namespace: 'n', name: 'bot' },
    ];
    expect(
      printed(Kinds.RoleBinding, { metadata, roleRef: { kind: 'Role', name: 'r' }, subjects }, true),
    ).toMatchObject({ Role: 'Role/r', Users: 'jane', Groups: '', ServiceAccounts: 'n/bot' });
    expect(
      printed(Kinds.CertificateSigningRequest, {
        metadata,
        spec: { signerName: 'a.b/c', username: 'jane', expirationSeconds: 3600 },
        status: { conditions: [{ type: 'Approved', status: 'True' }], certificate: 'eA==' },
      }),
    ).toMatchObject({ Requestor: 'jane', RequestedDuration: '60m', Condition: 'Approved,Issued' });
    expect(
      printed(Kinds.ResourceQuota, {
        metadata,
        spec: { hard: { pods: '2', 'limits.cpu': '1' } },
        status: { used: { pods: '1' } },
      }),
    ).toMatchObject({ Request: 'pods: 1/2', Limit: 'limits.cpu: 0/1' });
  });

  test('nodes with their state and roles', () => {
    const node: corev1.Node = {
      metadata: { ...metadata, labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
      },
    };
    expect(printed(Kinds.Node, node, true)).toMatchObject({
      Status: 'NotReady,SchedulingDisabled',
      Roles: 'edge,worker',
      'Internal-IP': '10.0.0.9',
      'External-IP': '<none>',
    });
  });

  test('name and creation of what has no columns of its own', () => {
    expect(printed(Kinds.ClusterRole, { metadata })).toEqual({ Name: 'o', 'Created At': '2026-01-01T00:00:00Z' });
  });
});
