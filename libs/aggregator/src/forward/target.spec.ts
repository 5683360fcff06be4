import { forwardedUri, sentTarget } from './target';

describe('The target of a request that is handed on', () => {
  it.each([
    ['/apis/g/v1/x', { path: '/apis/g/v1/x', search: '' }],
    ['/apis/g/v1/a%20b//c/?', { path: '/apis/g/v1/a%20b//c/', search: '' }],
    ['/x?y=%2F&x=2&empty&x=1', { path: '/x', search: '?empty=&x=2&x=1&y=%2F' }],
    ["/x?a=b c&d=~*'#gone", { path: '/x', search: '?a=b+c&d=~%2A%27' }],
  ])('keeps its path and orders its query: %s', (target, expected) => expect(sentTarget(target)).toEqual(expected));

  it.each([
    ['/apis/g/v1/echo//double', '/apis/g/v1/echo/double'],
    ['/apis/g/v1/slash/', '/apis/g/v1/slash/'],
    ['/a/../b/./c', '/b/c'],
    ['/', '/'],
  ])('is told without needless parts: %s', (path, told) => expect(forwardedUri(path)).toBe(told));
});
