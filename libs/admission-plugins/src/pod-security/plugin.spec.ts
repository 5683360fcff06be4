import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { violations, describe as told } from './evaluate';
import { podSecurity } from './plugin';

const prefix = 'pod-security.kubernetes.io';
const namespace = (labels: Record<string, string>, name = 'default'): corev1.Namespace => ({
  metadata: { name, labels: Object.fromEntries(Object.entries(labels).map(([key, to]) => [`${prefix}/${key}`, to])) },
});

type Sent = Parameters<typeof requestFor>;

/** What is warned of, or why it is refused. */
async function outcome(labels: Record<string, string>, [resource, object, more]: Sent): Promise<string[]> {
  const warnings: string[] = [];
  const plugin = podSecurity(readerOf([Kinds.Namespace, namespace(labels)]));
  try {
    await admit(plugin, requestFor(resource, object, { ...more, warn: (text) => void warnings.push(text) }));
  } catch (error) {
    return [`refused: ${(error as Error).message}`];
  }
  return warnings;
}

const pod = (spec: corev1.PodSpec): corev1.Pod => ({ metadata: { name: 'p' }, spec });
const plain = pod({ containers: [{ name: 'c', image: 'a' }] });
const faults =
  'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';

const careful: corev1.PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'c',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
    },
  ],
  volumes: [{ name: 'v', emptyDir: {} }],
};

describe('PodSecurity', () => {
  it('lets everything into a namespace that asks for nothing', async () => {
    expect(await outcome({}, ['pods', pod({ hostNetwork: true })])).toEqual([]);
  });

  it('refuses what a namespace does not let in, and warns of the rest', async () => {
    const create: Sent = ['pods', plain];
    expect(await outcome({ enforce: 'restricted' }, create)).toEqual([
      `refused: pods "p" is forbidden: violates PodSecurity "restricted:latest": ${faults}`,
    ]);
    expect(await outcome({ enforce: 'baseline', warn: 'restricted', 'warn-version': 'v1.30' }, create)).toEqual([
      `would violate PodSecurity "restricted:v1.30": ${faults}`,
    ]);
    expect(await outcome({ enforce: 'restricted' }, ['pods', pod(careful)])).toEqual([]);
  });

  it('notes for the audit log what it holds a pod to, and what would not be let in', async () => {
    const noted = async (labels: Record<string, string>, [resource, object, more]: Sent): Promise<object> => {
      const request = requestFor(resource, object, more);
      await admit(podSecurity(readerOf([Kinds.Namespace, namespace(labels)])), request).catch(() => undefined);
      return Object.fromEntries(request.annotations);
    };
    const enforced = (standard: string) => ({ [`${prefix}/enforce-policy`]: standard });
    const violated = { [`${prefix}/audit-violations`]: `would violate PodSecurity "restricted:v1.30": ${faults}` };
    const labels = { audit: 'restricted', 'audit-version': 'v1.30' };
    expect(await noted({}, ['pods', plain])).toEqual(enforced('privileged:latest'));
    expect(await noted({ ...labels, enforce: 'restricted' }, ['pods', plain])).toEqual({
      ...enforced('restricted:latest'),
      ...violated,
    });
    const deployment = { spec: { template: plain } };
    expect(await noted(labels, ['deployments', deployment, { group: 'apps' }])).toEqual(violated);
    expect(await noted(labels, ['pods', pod(careful)])).toEqual(enforced('privileged:latest'));
  });

  it('warns of workloads whose pods would be refused', async () => {
    const deployment = { spec: { template: plain } };
    expect(await outcome({ enforce: 'restricted' }, ['deployments', deployment, { group: 'apps' }])).toEqual([
      `would violate PodSecurity "restricted:latest": ${faults}`,
    ]);
    const cron = { spec: { jobTemplate: { spec: { template: plain } } } };
    expect(await outcome({ warn: 'restricted' }, ['cronjobs', cron, { group: 'batch' }])).toHaveLength(1);
    expect(await outcome({ enforce: 'restricted' }, ['deployments/status', deployment, { group: 'apps' }])).toEqual([]);
  });

  it('looks at an update only when it brings another image', async () => {
    const update = (image: string): Sent => [
      'pods',
      pod({ containers: [{ name: 'c', image }] }),
      { operation: 'UPDATE', oldObject: plain },
    ];
    expect(await outcome({ enforce: 'restricted' }, update('a'))).toEqual([]);
    expect(await outcome({ enforce: 'restricted' }, update('b'))).toHaveLength(1);
  });

  it('refuses labels that name no level or version', async () => {
    const create = requestFor('namespaces', namespace({ enforce: 'tight', 'warn-version': '1.30' }), {
      namespace: 'default',
    });
    await expect(admit(podSecurity(readerOf()), create)).rejects.toMatchObject({
      code: 422,
      message:
        'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "tight": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    });
  });

  it('tells which pods a stricter namespace would not have let in', async () => {
    const of = (name: string, spec: corev1.PodSpec) => [
      Kinds.Pod,
      { metadata: { name, namespace: 'default' }, spec } satisfies corev1.Pod,
    ];
    const reader = readerOf(of('b', { hostNetwork: true }), of('a', { hostPID: true }), of('c', {}));
    const warnings: string[] = [];
    await admit(
      podSecurity(reader),
      requestFor('namespaces', namespace({ enforce: 'baseline' }), {
        operation: 'UPDATE',
        oldObject: namespace({}),
        warn: (text) => void warnings.push(text),
      }),
    );
    expect(warnings).toEqual([
      'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): host namespaces',
    ]);
  });
});

describe('The baseline standard', () => {
  const check = (spec: corev1.PodSpec, version: number | 'latest' = 'latest', annotations = {}) =>
    told(violations({ annotations }, spec, { level: 'baseline', version }));
  const container = (more: Partial<corev1.Container>): corev1.PodSpec => ({ containers: [{ name: 'c', ...more }] });

  it.each([
    [{ hostNetwork: true, hostIPC: true }, 'host namespaces (hostNetwork=true, hostIPC=true)'],
    [{ volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'hostPath volumes (volume "v")'],
    [container({ ports: [{ hostPort: 80 }, { hostPort: 443 }] }), 'hostPort (container "c" uses hostPorts 443, 80)'],
    [
      container({ securityContext: { privileged: true } }),
      'privileged (container "c" must not set securityContext.privileged=true)',
    ],
    [
      container({ securityContext: { capabilities: { add: ['NET_RAW', 'CHOWN'] } } }),
      'non-default capabilities (container "c" must not include "NET_RAW" in securityContext.capabilities.add)',
    ],
    [{ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, 'forbidden sysctls (kernel.msgmax)'],
    [
      {
        securityContext: { seccompProfile: { type: 'Unconfined' } },
        ...container({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
      },
      'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      container({ securityContext: { seLinuxOptions: { type: 'evil', user: 'u' } } }),
      'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "evil"; user may not be set)',
    ],
    [
      container({ securityContext: { procMount: 'Unmasked' } }),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      container({ livenessProbe: { httpGet: { host: '8.8.8.8' } } }),
      'probe or lifecycle host (container "c" uses probe or lifecycle host "8.8.8.8")',
    ],
    [
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    ],
    [
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
  ] satisfies [corev1.PodSpec, string][])('forbids %j', (spec, message) => expect(check(spec)).toBe(message));

  it('is what it was in the version that is asked for', () => {
    expect(check(container({ livenessProbe: { httpGet: { host: '8.8.8.8' } } }), 33)).toBe('');
    const sysctl = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } };
    expect([check(sysctl), check(sysctl, 31)]).toEqual(['', 'forbidden sysctls (net.ipv4.tcp_rmem)']);
  });
});

describe('The restricted standard', () => {
  const check = (more: Partial<corev1.PodSpec>) =>
    told(violations({}, { ...careful, ...more }, { level: 'restricted', version: 'latest' }));

  it('allows what takes no more than it needs', () => expect(check({})).toBe(''));

  it('forbids more than the baseline', () => {
    expect(
      check({
        volumes: [
          { name: 'v', hostPath: { path: '/' } },
          { name: 'n', nfs: {} },
        ],
      }),
    ).toBe('restricted volume types (volumes "v", "n" use restricted volume types "hostPath", "nfs")');
    expect(check({ securityContext: { ...careful.securityContext, runAsUser: 0, runAsNonRoot: false } })).toBe(
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)',
    );
  });

  it('lets root be root in a user namespace, and Windows be Windows', () => {
    const securityContext = { seccompProfile: { type: 'RuntimeDefault' }, runAsUser: 0 };
    expect(check({ securityContext, hostUsers: false })).toBe('');
    const windows = { os: { name: 'windows' }, containers: [{ name: 'c' }] };
    expect(check({ ...windows, securityContext: { runAsNonRoot: true } })).toBe('');
  });
});
