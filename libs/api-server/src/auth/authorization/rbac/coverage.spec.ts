import type { rbacv1 } from '@skiff/contracts';
import { uncoveredRules } from './coverage';

const many = (prefix: string): string[] => Array.from({ length: 1_000 }, (_, index) => `${prefix}${index}`);
const huge: rbacv1.PolicyRule = { apiGroups: many('g'), resources: many('r'), verbs: many('v') };

describe('a rule of a thousand million parts', () => {
  it('is granted by one that has all of them', () => {
    expect(uncoveredRules([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], [huge])).toEqual([]);
    expect(uncoveredRules([huge], [huge])).toEqual([]);
  });

  it('is refused with no more of its parts than are read', () => {
    expect(uncoveredRules([{ apiGroups: ['g1'], resources: ['*'], verbs: ['*'] }], [huge])).toHaveLength(1_000);
  });

  it('is refused when it would take too long to compare them', () => {
    const halves = [
      { ...huge, verbs: huge.verbs?.slice(0, 500) ?? [] },
      { ...huge, verbs: huge.verbs?.slice(500) ?? [] },
    ];
    expect(uncoveredRules(halves, [huge])).toHaveLength(1_000);
    expect(uncoveredRules(halves, halves)).toEqual([]);
  });
});

describe('parts that several rules grant', () => {
  it('are all granted together', () => {
    const owned = [
      { apiGroups: [''], resources: ['pods', '*/scale'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods', 'x/scale'], verbs: ['list'], resourceNames: ['a'] },
      { nonResourceURLs: ['/healthz/*'], verbs: ['get'] },
    ];
    const wanted = { apiGroups: [''], resources: ['pods', 'x/scale'], verbs: ['get', 'list'] };
    expect(uncoveredRules(owned, [{ ...wanted, resourceNames: ['a'] }])).toEqual([]);
    expect(uncoveredRules(owned, [wanted])).toEqual([
      { verbs: ['list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['list'], apiGroups: [''], resources: ['x/scale'] },
    ]);
    expect(uncoveredRules(owned, [{ nonResourceURLs: ['/healthz/a', '/metrics'], verbs: ['get'] }])).toEqual([
      { verbs: ['get'], nonResourceURLs: ['/metrics'] },
    ]);
  });
});
