import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

const container = { name: 'c', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/data' }] };

const labels = { app: 'db' };

const claim = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, ...spec },
});

const set = (more: object = {}, podSpec: object = {}) => ({
  spec: {
    serviceName: 'db',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container], ...podSpec } },
    ...more,
  },
});

describe('A StatefulSet', () => {
  it('keeps or deletes its claims', () => {
    const retention = { whenDeleted: 'Burn', whenScaled: 'Retain' };
    expect(
      creating(
        Kinds.StatefulSet,
        set({ volumeClaimTemplates: [claim('data')], persistentVolumeClaimRetentionPolicy: retention }),
      ),
    ).toEqual([
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Burn": supported values: "Delete", "Retain"',
    ]);
  });

  it('mounts the volumes of its claims, which take the place of others of their name', () => {
    expect(creating(Kinds.StatefulSet, set({ volumeClaimTemplates: [claim('data')] }))).toEqual([]);
    const volumes = [{ name: 'data', emptyDir: {} }];
    expect(creating(Kinds.StatefulSet, set({ volumeClaimTemplates: [claim('data')] }, { volumes }))).toEqual([]);
  });

  it('mounts nothing else', () => {
    expect(creating(Kinds.StatefulSet, set({ volumeClaimTemplates: [claim('other')] }))).toEqual([
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ]);
  });

  it('has claims that could be made', () => {
    const templates = [claim('data', { accessModes: [], dataSource: { kind: 'Snapshot', name: '' } })];
    expect(creating(Kinds.StatefulSet, set({ volumeClaimTemplates: templates }))).toEqual([
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumeClaimTemplates[0].spec.dataSource.name: Required value',
      'spec.volumeClaimTemplates[0].spec.dataSource: Invalid value: "Snapshot": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ]);
  });

  it('is named as hosts are, and has no deadline', () => {
    const named = {
      ...set({ volumeClaimTemplates: [claim('data')], serviceName: 'a.b' }, { activeDeadlineSeconds: 5 }),
    };
    expect(creating(Kinds.StatefulSet, { ...named, metadata: { name: 'a.b' } })).toEqual([
      expect.stringMatching(/^metadata\.name: Invalid value: "a\.b": a lowercase RFC 1123 label must consist of/),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
      expect.stringMatching(/^spec\.serviceName: Invalid value: "a\.b": a lowercase RFC 1123 label must consist of/),
    ]);
  });

  it('makes room by some of its pods, but not by none', () => {
    const rolling = (maxUnavailable: number | string) =>
      creating(
        Kinds.StatefulSet,
        set({
          volumeClaimTemplates: [claim('data')],
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } },
        }),
      );
    const path = 'spec.updateStrategy.rollingUpdate.maxUnavailable';
    expect(rolling(1)).toEqual([]);
    expect(rolling('0%')).toEqual([`${path}: Invalid value: 0: cannot be 0`]);
    expect(rolling('101%')).toEqual([`${path}: Invalid value: "101%": must not be greater than 100%`]);
  });

  it('keeps its claims', () => {
    const from = set({ volumeClaimTemplates: [claim('data')] });
    const into = set({ volumeClaimTemplates: [claim('data', { accessModes: ['ReadWriteMany'] })] });
    expect(changing(Kinds.StatefulSet, from, into)).toEqual([
      expect.stringMatching(/^spec: Forbidden: updates to statefulset spec for fields other than 'replicas'/),
    ]);
  });
});

it('A template of pods tells of mistakes in its labels and annotations without naming its metadata', () => {
  const template = {
    metadata: {
      labels: { 'a b': 'c' },
      annotations: { 'container.apparmor.security.beta.kubernetes.io/x': 'runtime/default' },
    },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  };
  expect(creating(Kinds.PodTemplate, { template })).toEqual([
    expect.stringMatching(/^template\.labels: Invalid value: "a b": name part must consist of/),
    'template.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "x": container not found',
  ]);
});

it('A volume for the life of a pod is claimed by a template that has no identity', () => {
  const ephemeral = (volumeClaimTemplate: object) => ({
    spec: { containers: [{ name: 'c', image: 'i' }], volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate } }] },
  });
  const path = 'spec.volumes[0].ephemeral.volumeClaimTemplate';
  expect(creating(Kinds.Pod, ephemeral({ metadata: { name: 'x' }, spec: {} }))).toEqual([
    `${path}.metadata.name: Forbidden: cannot be set`,
    `${path}.spec.accessModes: Required value: at least 1 access mode is required`,
    `${path}.spec.resources[storage]: Required value`,
  ]);
});
