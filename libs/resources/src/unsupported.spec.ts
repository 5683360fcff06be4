import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kinds, type appsv1, type corev1, type Kind } from '@skiff/contracts';
import { unsupportedWarnings, type ApiObject } from '@skiff/apimachinery';
import { builtInResources } from './built-in-resources';
import { requireResource } from './resource-of';

const page = readFileSync(join(__dirname, '../../../docs/reference/unsupported.md'), 'utf8');

const warningsOf = <T extends ApiObject>(kind: Kind<T>, object: T, old: T | undefined, subresource: string): string[] =>
  unsupportedWarnings(requireResource(kind), object, old, subresource);

describe('What has no effect', () => {
  const policy = { metadata: { name: 'closed' }, spec: { policyTypes: ['Ingress'] } };

  it('says so to whoever writes it', () => {
    expect(warningsOf(Kinds.NetworkPolicy, policy, undefined, '')).toEqual([
      'networking.k8s.io/v1 NetworkPolicy has no effect in this cluster: traffic between pods is not filtered',
    ]);
    expect(warningsOf(Kinds.ConfigMap, {}, undefined, '')).toEqual([]);
  });

  it('says nothing again while nothing else is asked of it', () => {
    const warnings = (now: object): string[] => warningsOf(Kinds.NetworkPolicy, now, policy, '');
    expect(warnings({ ...policy, metadata: { name: 'closed', labels: { a: 'b' } }, status: {} })).toEqual([]);
    expect(warnings({ ...policy, spec: { policyTypes: ['Egress'] } })).toHaveLength(1);
    expect(warningsOf(Kinds.NetworkPolicy, { ...policy, spec: {} }, policy, 'status')).toEqual([]);
  });

  it('may be a field, and only as far as it is used', () => {
    const spec: corev1.PodSpec = { hostUsers: false, containers: [{ name: 'c' }] };
    const why =
      'has no effect in this cluster: its nodes give no user namespaces, and do not start a pod that asks for one';
    expect(warningsOf(Kinds.Pod, { spec }, undefined, '')).toEqual([`spec.hostUsers: ${why}`]);
    const deployment: appsv1.Deployment = { spec: { template: { spec } } };
    expect(warningsOf(Kinds.Deployment, deployment, undefined, '')).toEqual([`spec.template.spec.hostUsers: ${why}`]);
    expect(warningsOf(Kinds.Pod, { spec: { ...spec, hostUsers: true } }, undefined, '')).toEqual([]);
    expect(warningsOf(Kinds.ServiceCIDR, { metadata: { name: 'kubernetes' } }, undefined, '')).toEqual([]);
  });

  it('may be a subresource', () => {
    const pod = (cpu: string): corev1.Pod => ({
      spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] },
    });
    expect(warningsOf(Kinds.Pod, pod('2'), pod('1'), 'resize')).toEqual([
      'spec.containers[*].resources: has no effect in this cluster: containers that run keep what they were given',
    ]);
    expect(warningsOf(Kinds.Pod, pod('2'), pod('1'), '')).toEqual([]);
  });

  it('is told of in the documentation', () => {
    const rows = builtInResources.flatMap(({ kind, unsupported }) => unsupported.map((row) => ({ kind, ...row })));
    for (const { kind, field, notice } of rows) {
      if (field === '') expect(page).toMatch(new RegExp(`\\b${kind.kind}\\b`));
      else expect(page).toContain(field.split('.').at(-1) ?? '');
      if (notice) expect(page).toContain('event' in notice ? notice.event.reason : notice.condition.type);
    }
  });
});
