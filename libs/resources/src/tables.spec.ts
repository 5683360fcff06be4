import { Kinds } from '@skiff/contracts';
import { metadata, printed } from './testing/printed';

describe('kubectl prints', () => {
  it('workloads', () => {
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

  it('what connects pods', () => {
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

  it('what keeps data', () => {
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

  it('who may do what, and what is left of it', () => {
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

  it('name and creation of what has no columns of its own', () => {
    expect(printed(Kinds.ClusterRole, { metadata })).toEqual({ Name: 'o', 'Created At': '2026-01-01T00:00:00Z' });
  });
});
