import { Kinds } from '@skiff/contracts';
import { changing, creating } from '../../testing/read';

const claim = (more: object = {}, status: object = {}) => ({
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...more },
  status,
});

describe('Storage', () => {
  it('that is claimed has a size and ways to be used', () => {
    expect(creating(Kinds.PersistentVolumeClaim, claim())).toEqual([]);
    const found = creating(Kinds.PersistentVolumeClaim, {
      spec: { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'], resources: { requests: { storage: '0' } } },
    });
    expect(found).toEqual([
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ]);
  });

  it('that is claimed may only grow, once it is bound', () => {
    const kind = Kinds.PersistentVolumeClaim;
    const sized = (storage: string, status = {}) => claim({ resources: { requests: { storage } } }, status);
    const fixed =
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    expect(changing(kind, claim(), claim({ volumeName: 'v' }))).toEqual([]);
    expect(changing(kind, claim(), sized('3Gi'))).toEqual([fixed]);
    const bound = { phase: 'Bound', capacity: { storage: '2Gi' } };
    expect(changing(kind, claim({}, bound), sized('3Gi', bound))).toEqual([]);
    expect(changing(kind, claim({}, bound), sized('1Gi', bound))).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
  });
});
