import type { appsv1 } from '@skiff/contracts';
import { byRevision, newReplicaSetAnnotations, revisionAnnotation, revisionOf } from './annotations';
import { buildReplicaSet } from './replica-set';

const at = (revision: string): appsv1.ReplicaSet => ({ metadata: { annotations: { [revisionAnnotation]: revision } } });
const next = (...old: appsv1.ReplicaSet[]): string | undefined =>
  buildReplicaSet({ metadata: { name: 'd' }, spec: {} }, old).metadata?.annotations?.[revisionAnnotation];

describe('The revision of a ReplicaSet', () => {
  it('is exact, and the next one is one more', () => {
    expect(next(at('3546343826724305832'), at('7'))).toBe('3546343826724305833');
    expect(revisionOf(at('9007199254740993'))).toBe(9007199254740993n);
    expect(byRevision(at('9007199254740993'), at('9007199254740992'))).toBe(1);
  });

  it('counts for nothing when it cannot be read, and is left to whoever wrote it', () => {
    expect(next(at('x'), at('2'))).toBe('3');
    expect(newReplicaSetAnnotations({}, { [revisionAnnotation]: 'x' }, 5n)).toEqual({ [revisionAnnotation]: 'x' });
    expect(newReplicaSetAnnotations({}, { [revisionAnnotation]: '' }, 5n)).toEqual({ [revisionAnnotation]: '5' });
  });
});
