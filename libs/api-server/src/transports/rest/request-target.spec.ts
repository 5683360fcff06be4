import { readTarget } from './request-target';

describe('the target of a request', () => {
  const read = (target: string): [string, string] => {
    const { path, query } = readTarget(target);
    return [path, query.toString()];
  };

  it.each([
    '/',
    '/api/v1/pods?watch=1&labelSelector=a%3Db',
    '/api/v1/namespaces/kube-system/configmaps/a.b:c',
    '/api//v1/pods',
    '/api/v1/../v2/pods',
    '/api/./v1',
    '/api/v1/namespaces/x/services/http:web:80/proxy/a%20b/?x=1',
    '/a?b?c=d#e',
    '/%2e%2e/x',
    '/a\\b',
    '//host/path',
    '//',
    '/über',
  ])('%s is read as a URL has it', (target) => {
    const url = new URL(`https://server${target}`);
    expect(read(target)).toEqual([url.pathname, url.searchParams.toString()]);
  });

  it('may be no path at all', () => {
    expect(read('*')).toEqual(['*', '']);
    expect(read('http://')).toEqual(['http://', '']);
    expect(read('http://server/api?a=b')).toEqual(['/api', 'a=b']);
  });
});
