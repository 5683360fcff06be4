import { Kinds } from '@skiff/contracts';
import { creating } from '../testing/read';

const selector = { matchExpressions: [{ key: 'a', operator: 'a' }] };

const template = {
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Always' },
};

describe('An operator that no selector has', () => {
  const unknown = 'spec.selector.matchExpressions[0].operator: Invalid value: "a": not a valid selector operator';

  it.each<['Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet', RegExp | undefined]>([
    ['Deployment', /^spec\.selector: Invalid value: \{.*\}: invalid label selector$/],
    ['ReplicaSet', /^spec\.selector: Invalid value: \{.*\}: invalid label selector$/],
    ['StatefulSet', /^spec\.selector: Invalid value: \{.*\}$/],
    ['DaemonSet', undefined],
  ])('is invalid in a %s', (kind, selectorToo) => {
    const problems = creating<object>(Kinds[kind], { spec: { selector, template, serviceName: 'a' } } as object);
    expect(problems).toContain(unknown);
    expect(problems.filter((problem) => problem !== unknown)).toEqual(
      selectorToo === undefined ? [] : [expect.stringMatching(selectorToo)],
    );
  });
});
