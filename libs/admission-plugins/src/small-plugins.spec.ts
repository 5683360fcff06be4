import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kinds, type corev1, type networkingv1, type nodev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor as request } from './testing';
import { alwaysPullImages } from './always-pull-images/plugin';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificate-approval/plugin';
import { defaultIngressClass } from './default-ingress-class/plugin';
import { denyServiceExternalIPs } from './deny-service-external-ips/plugin';
import { extendedResourceToleration } from './extended-resource-toleration/plugin';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize/plugin';
import { podTopologyLabels } from './pod-topology-labels/plugin';
import { runtimeClass } from './runtime-class/plugin';
import { storageObjectInUseProtection } from './storage-object-in-use-protection/plugin';

const csrs = { group: 'certificates.k8s.io' };

test('AlwaysPullImages pulls every image of a new pod, and of an update that brings one', async () => {
  const pod: corev1.Pod = { spec: { containers: [{ name: 'c', image: 'a', imagePullPolicy: 'Never' }] } };
  await admit(alwaysPullImages, request('pods', pod));
  expect(pod.spec?.containers?.[0]?.imagePullPolicy).toBe('Always');
  const old: corev1.Pod = { spec: { containers: [{ name: 'c', image: 'a', imagePullPolicy: 'Never' }] } };
  await admit(alwaysPullImages, request('pods', structuredClone(old), { operation: 'UPDATE', oldObject: old }));
});

test('StorageObjectInUseProtection puts a finalizer on volumes and claims', async () => {
  const claim: corev1.PersistentVolumeClaim = { metadata: { name: 'c', finalizers: ['a.b/c'] } };
  await admit(storageObjectInUseProtection, request('persistentvolumeclaims', claim));
  expect(claim.metadata?.finalizers).toEqual(['a.b/c', 'kubernetes.io/pvc-protection']);
});

test('DefaultIngressClass names the newest default class, unless the old annotation does', async () => {
  const of = (name: string, creationTimestamp: string) => [
    Kinds.IngressClass,
    {
      metadata: { name, creationTimestamp, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    },
  ];
  const plugin = defaultIngressClass(readerOf(of('b', '2024-01-01T00:00:00Z'), of('a', '2024-01-01T00:00:00Z')));
  const admitted = async (ingress: networkingv1.Ingress): Promise<string | undefined> => {
    await admit(plugin, request('ingresses', ingress, { group: 'networking.k8s.io' }));
    return ingress.spec?.ingressClassName;
  };
  expect(await admitted({ spec: {} })).toBe('a');
  expect(await admitted({ metadata: { annotations: { 'kubernetes.io/ingress.class': 'x' } } })).toBeUndefined();
});

describe('PersistentVolumeClaimResize', () => {
  const plugin = persistentVolumeClaimResize(
    readerOf(
      [Kinds.StorageClass, { metadata: { name: 'grows' }, allowVolumeExpansion: true }],
      [Kinds.StorageClass, { metadata: { name: 'fixed' } }],
    ),
  );
  const grow = (storageClassName: string, phase: string, from = '1Gi', to = '2Gi'): Promise<void> => {
    const of = (storage: string): corev1.PersistentVolumeClaim => ({
      metadata: { name: 'c' },
      spec: { storageClassName, resources: { requests: { storage } } },
      status: { phase: phase as 'Bound' },
    });
    return admit(plugin, request('persistentvolumeclaims', of(to), { operation: 'UPDATE', oldObject: of(from) }));
  };

  test('lets bound claims grow whose class allows it', async () => {
    await grow('grows', 'Bound');
    await grow('fixed', 'Pending', '1Gi', '1024Mi');
    await expect(grow('grows', 'Pending')).rejects.toThrow(
      'persistentvolumeclaims "c" is forbidden: Only bound persistent volume claims can be expanded',
    );
    await expect(grow('fixed', 'Bound')).rejects.toThrow(
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  });
});

describe('RuntimeClass', () => {
  const sandboxed: nodev1.RuntimeClass = {
    metadata: { name: 'sandboxed' },
    handler: 'kata',
    overhead: { podFixed: { memory: '100Mi' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  };
  const plugin = runtimeClass(readerOf([Kinds.RuntimeClass, sandboxed]));
  const admitted = async (spec: corev1.PodSpec): Promise<corev1.PodSpec> => {
    const pod: corev1.Pod = { metadata: { name: 'p' }, spec };
    await admit(plugin, request('pods', pod));
    return pod.spec ?? {};
  };

  test('gives a pod its overhead and place', async () => {
    const given = { key: 'kata', operator: 'Exists' } as const;
    expect(
      await admitted({ runtimeClassName: 'sandboxed', nodeSelector: { zone: 'a' }, tolerations: [given] }),
    ).toEqual({
      runtimeClassName: 'sandboxed',
      overhead: { memory: '100Mi' },
      nodeSelector: { zone: 'a', kata: 'yes' },
      tolerations: [given],
    });
  });

  test('refuses what does not fit to it', async () => {
    await expect(admitted({ runtimeClassName: 'none' })).rejects.toThrow(
      'pods "p" is forbidden: pod rejected: RuntimeClass "none" not found',
    );
    await expect(admitted({ overhead: { cpu: '1' } })).rejects.toThrow(
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    await expect(admitted({ runtimeClassName: 'sandboxed', overhead: { memory: '1Mi' } })).rejects.toThrow(
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    );
    await expect(admitted({ runtimeClassName: 'sandboxed', nodeSelector: { kata: 'no' } })).rejects.toThrow(
      'conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no',
    );
  });
});

test('DenyServiceExternalIPs refuses new addresses only', async () => {
  const service = (...externalIPs: string[]): corev1.Service => ({ metadata: { name: 's' }, spec: { externalIPs } });
  await expect(admit(denyServiceExternalIPs, request('services', service('1.2.3.4')))).rejects.toThrow(
    'services "s" is forbidden: Use of external IPs is denied by admission control',
  );
  const kept = { operation: 'UPDATE', oldObject: service('1.2.3.4') } as const;
  await admit(denyServiceExternalIPs, request('services', service('1.2.3.4'), kept));
});

test('ExtendedResourceToleration tolerates the taints of devices', async () => {
  const pod: corev1.Pod = {
    spec: { containers: [{ name: 'c', resources: { requests: { 'a.com/gpu': '1', cpu: '1' } } }] },
  };
  await admit(extendedResourceToleration, request('pods', pod));
  expect(pod.spec?.tolerations).toEqual([{ key: 'a.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

describe('Certificates', () => {
  const asked: string[] = [];
  const authorizer = {
    authorize: (attributes: { verb: string; name?: string }) => {
      asked.push(`${attributes.verb} ${attributes.name}`);
      return { allowed: attributes.name === 'mine.com/*', reason: '' };
    },
  };
  const change = (signerName: string, subresource: string, status: object) =>
    request(
      `certificatesigningrequests/${subresource}`,
      { metadata: { name: 'r' }, spec: { signerName }, status },
      {
        ...csrs,
        operation: 'UPDATE',
        oldObject: { metadata: { name: 'r' }, spec: { signerName } } as object,
      },
    );

  test('are approved and issued by those who may for their signer, or for all of its domain', async () => {
    const [approval, signing] = [certificateApproval(() => authorizer), certificateSigning(() => authorizer)];
    await admit(approval, change('mine.com/x', 'approval', {}));
    expect(asked).toEqual(['approve mine.com/x', 'approve mine.com/*']);
    await expect(admit(approval, change('other.com/x', 'approval', {}))).rejects.toThrow(
      'certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to approve requests with signerName "other.com/x"',
    );
    await admit(signing, change('other.com/x', 'status', {}));
    await expect(admit(signing, change('other.com/x', 'status', { certificate: 'eA==' }))).rejects.toThrow(
      'user not permitted to sign requests with signerName "other.com/x"',
    );
  });

  test('never make masters', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'admission-csr-'));
    const pem = join(directory, 'csr.pem');
    const make = (subject: string): string => {
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(directory, 'key')];
      execFileSync('openssl', ['req', '-new', ...key, '-subj', subject, '-out', pem], { stdio: 'ignore' });
      return readFileSync(pem).toString('base64');
    };
    const create = (subject: string) =>
      admit(
        certificateSubjectRestriction,
        request(
          'certificatesigningrequests',
          { spec: { signerName: 'kubernetes.io/kube-apiserver-client', request: make(subject) } },
          csrs,
        ),
      );
    await create('/O=dev/CN=jane');
    await expect(create('/O=dev/O=system:masters/CN=jane')).rejects.toThrow(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
    rmSync(directory, { recursive: true });
  });
});

test('PodTopologyLabels gives bound pods zone and region of their node, where they have none', async () => {
  const labels = { 'topology.kubernetes.io/zone': 'z1', 'topology.kubernetes.io/region': 'r1', other: 'x' };
  const plugin = podTopologyLabels(readerOf([Kinds.Node, { metadata: { name: 'n', labels } }]));
  const binding: corev1.Binding = {
    metadata: { name: 'p', labels: { 'topology.kubernetes.io/zone': 'own' } },
    target: { kind: 'Node', name: 'n' },
  };
  await admit(plugin, request('pods/binding', binding));
  expect(binding.metadata?.labels).toEqual({
    'topology.kubernetes.io/zone': 'own',
    'topology.kubernetes.io/region': 'r1',
  });
  const pod: corev1.Pod = { metadata: { name: 'p' }, spec: { nodeName: 'n', containers: [] } };
  await admit(plugin, request('pods', pod));
  expect(Object.keys(pod.metadata?.labels ?? {})).toHaveLength(2);
  const elsewhere: corev1.Binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'unknown' } };
  await admit(plugin, request('pods/binding', elsewhere));
  expect(elsewhere.metadata).toEqual({ name: 'p' });
});
