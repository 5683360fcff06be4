import { compareKubeAwareVersions } from './kube-aware';

describe('The versions of a group', () => {
  it('are preferred when they are stable, then when they are new', () => {
    const others = ['v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'bar', 'foo1'];
    const preferred = ['v10', 'v2', 'v1', 'v0', ...others];
    expect([...preferred].reverse().sort(compareKubeAwareVersions)).toEqual(preferred);
    expect([...preferred].sort().sort(compareKubeAwareVersions)).toEqual(preferred);
  });
});
