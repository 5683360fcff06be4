import { type Kind, Kinds, type metav1 } from '@skiff/contracts';
import { warningsFor } from './testing/by-kind';
import { read } from './testing/read';
import { told } from './testing/new-object-warnings';

interface Meta {
  metadata?: metav1.ObjectMeta | undefined;
}

const container = { name: 'a', image: 'i' };

describe('Of what makes pods is told', () => {
  const template = (annotations: object = {}) => ({
    metadata: { labels: { a: 'b' }, annotations },
    spec: { containers: [container], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
  });
  const label = (path: string) =>
    `${path}.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead`;
  const selector = { matchLabels: { a: 'b' } };

  it('what is told of a pod, with the path of the template', () => {
    for (const kind of [Kinds.Deployment, Kinds.ReplicaSet, Kinds.DaemonSet, Kinds.StatefulSet])
      expect(told<Meta>(kind as unknown as Kind<Meta>, { spec: { selector, template: template() } })).toEqual([
        label('spec.template'),
      ]);
    expect(told(Kinds.ReplicationController, { spec: { template: template() } })).toEqual([label('spec.template')]);
    expect(told(Kinds.Job, { spec: { template: template() } })).toEqual([label('spec.template')]);
    expect(told(Kinds.CronJob, { spec: { jobTemplate: { spec: { template: template() } } } })).toEqual([
      label('spec.jobTemplate.spec.template'),
    ]);
    expect(told(Kinds.PodTemplate, { template: template() })).toEqual([label('template')]);
  });

  it('that AppArmor has a field', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'runtime/default' };
    expect(told(Kinds.DaemonSet, { spec: { selector, template: template(annotations) } })).toContain(
      'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead',
    );
  });

  it('nothing more when only something else changes', () => {
    const deployment = (generation: number) => {
      const object = read(Kinds.Deployment, { spec: { selector, template: template() } });
      object.metadata = { ...object.metadata, generation };
      return object;
    };
    expect(warningsFor(Kinds.Deployment, deployment(1), deployment(1))).toEqual([]);
    expect(warningsFor(Kinds.Deployment, deployment(2), deployment(1))).toEqual([label('spec.template')]);
  });
});

it('Of storage is told which annotations, policies and types are of the past', () => {
  const annotations = {
    'volume.beta.kubernetes.io/storage-class': 'x',
    'volume.beta.kubernetes.io/mount-options': 'ro',
  };
  const spec = { persistentVolumeReclaimPolicy: 'Recycle', cephfs: {} };
  expect(told(Kinds.PersistentVolume, { metadata: { annotations }, spec })).toEqual([
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
    'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    'spec.cephfs: deprecated in v1.28, non-functional in v1.31+',
  ]);
  const resources = { requests: { storage: '1.5' } };
  expect(told(Kinds.PersistentVolumeClaim, { metadata: { annotations }, spec: { resources } })).toEqual([
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
  ]);
  const matchLabelExpressions = [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['z'] }];
  expect(told(Kinds.StorageClass, { provisioner: 'p', allowedTopologies: [{ matchLabelExpressions }] })).toEqual([
    'allowedTopologies[0].matchLabelExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ]);
});

it('Of Services and their kin is told what is ignored, and which addresses are written oddly', () => {
  const annotations = { 'service.kubernetes.io/topology-aware-hints': 'auto' };
  const spec = {
    externalIPs: ['010.1.1.1', '2001:DB8::0001', '::ffff:1.2.3.4'],
    externalName: 'x',
    trafficDistribution: 'PreferClose',
    loadBalancerSourceRanges: ['10.1.2.3/8', '2001:0db8::/32'],
  };
  const future = 'will be considered invalid in a future Kubernetes release';
  expect(told(Kinds.Service, { metadata: { annotations }, spec })).toEqual([
    'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    `spec.externalIPs[0]: non-standard IP address "010.1.1.1" ${future}: use "10.1.1.1"`,
    'spec.externalIPs[1]: IPv6 address "2001:DB8::0001" should be in RFC 5952 canonical format ("2001:db8::1")',
    `spec.externalIPs[2]: non-standard IP address "::ffff:1.2.3.4" ${future}: use "1.2.3.4"`,
    'spec.loadBalancerSourceRanges[0]: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)',
    'spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "2001:0db8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
  expect(told(Kinds.Service, { spec: { clusterIP: 'None', sessionAffinity: 'ClientIP' } })).toEqual([
    'spec.SessionAffinity is ignored for headless services',
  ]);
  const ingress = { 'kubernetes.io/ingress.class': 'nginx' };
  expect(told(Kinds.Ingress, { metadata: { annotations: ingress }, spec: {} })).toEqual([
    'annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead',
  ]);
  expect(told(Kinds.EndpointSlice, { addressType: 'FQDN' })).toEqual([
    'spec.addressType: FQDN endpoints are deprecated',
  ]);
});
