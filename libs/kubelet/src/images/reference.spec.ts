import { fullReference, parseImageReference, withDefaultTag } from './reference';
import { imageCredentials } from './credentials';

describe('an image reference', () => {
  it.each([
    ['busybox', 'docker.io', 'library/busybox'],
    ['a/b:1', 'docker.io', 'a/b'],
    ['localhost:5000/x', 'localhost:5000', 'x'],
    ['ghcr.io/o/r@sha256:' + 'a'.repeat(64), 'ghcr.io', 'o/r'],
  ])('%s is of %s, path %s', (text, domain, path) => {
    expect(parseImageReference(text)).toMatchObject({ domain, path });
  });

  it('gets the tag latest when it says none', () => {
    expect(withDefaultTag('busybox')).toBe('busybox:latest');
    expect(withDefaultTag('busybox:1')).toBe('busybox:1');
  });

  it('is listed by the runtime with registry and tag', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(fullReference('busybox')).toBe('docker.io/library/busybox:latest');
    expect(fullReference('ghcr.io/a/b:1')).toBe('ghcr.io/a/b:1');
    expect(fullReference(`a/b:1@${digest}`)).toBe(`docker.io/a/b@${digest}`);
    expect(fullReference('Not A Name')).toBe('Not A Name');
  });

  it('is refused in the words of upstream’s parser', () => {
    expect(() => parseImageReference('Not A Name')).toThrow(
      'invalid reference format: repository name (library/Not A Name) must be lowercase',
    );
    expect(() => parseImageReference('a b')).toThrow('invalid reference format');
  });

  it('finds the credentials of its registry in pull secrets', () => {
    const auths = {
      'https://index.docker.io/v1/': { auth: Buffer.from('me:pass').toString('base64') },
      'ghcr.io': { username: 'u', password: 'p' },
    };
    const secret = { data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } };
    expect(imageCredentials('busybox', [secret])).toMatchObject([{ username: 'me', password: 'pass' }]);
    expect(imageCredentials('ghcr.io/a/b', [secret])).toMatchObject([{ username: 'u' }]);
    expect(imageCredentials('quay.io/a/b', [secret])).toEqual([]);
  });

  it.each([
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', false],
    ['reg*y.*.com', 'registry.example.com', true],
    ['reg*r*y.io', 'registry.io', true],
    ['ab*ba.io', 'aba.io', false],
    [`${'*a'.repeat(2_000)}b.io`, `${'a'.repeat(200)}.io`, false],
  ])('finds the credentials for %#, a pattern of registries, in little time', (pattern, domain, fits) => {
    const auths = { [pattern]: { username: 'u', password: 'p' } };
    const secret = { data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') } };
    expect(imageCredentials(`${domain}/a`, [secret])).toHaveLength(fits ? 1 : 0);
  });
});
