import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

describe('Storage', () => {
  it('that is offered is in one place, and stays there', () => {
    const kind = Kinds.PersistentVolume;
    const volume = (more: object) => ({
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...more },
    });
    expect(creating(kind, volume({ hostPath: { path: '/x' } }))).toEqual([]);
    expect(creating(kind, { spec: { local: { path: '/x' } } })).toEqual([
      'spec.accessModes: Required value',
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: null: supported values: "storage"',
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ]);
    expect(creating(kind, volume({}))).toEqual(['spec: Required value: must specify a volume type']);
    expect(changing(kind, volume({ hostPath: { path: '/x' } }), volume({ hostPath: { path: '/y' } }))).toEqual([
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    ]);
  });
});
