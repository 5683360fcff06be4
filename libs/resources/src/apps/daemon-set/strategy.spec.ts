import type { appsv1 } from '@skiff/contracts';
import { daemonSetStrategy } from './strategy';

const key = 'deprecated.daemonset.template.generation';

const context = { user: { name: 'u', uid: '', groups: [], extra: {} }, now: '', warn: () => undefined };

const set = (generation: string, image = 'a'): appsv1.DaemonSet => ({
  metadata: { annotations: { [key]: generation } },
  spec: { template: { spec: { containers: [{ name: 'c', image }] } } },
});

describe('The generation of a DaemonSet’s template', () => {
  it('is exact, and counts changes of the template', () => {
    const changed = set('1', 'b');
    daemonSetStrategy.prepareForUpdate?.(changed, set('3546343826724305832'), '', context);
    expect(changed.metadata?.annotations?.[key]).toBe('3546343826724305833');
    const same = set('1');
    daemonSetStrategy.prepareForUpdate?.(same, set('9007199254740993'), '', context);
    expect(same.metadata?.annotations?.[key]).toBe('9007199254740993');
  });

  it('is a number', () => {
    expect(() => daemonSetStrategy.canonicalize?.(set('x'))).toThrow(
      'DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing "x": invalid syntax',
    );
  });
});
