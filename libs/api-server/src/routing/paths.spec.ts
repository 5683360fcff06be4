import { PathTable, pageNotFound, type PathHandler } from './paths';

describe('The table of paths', () => {
  const named = (): PathHandler => () => undefined;
  const [version, metrics, api, apis, v3, v3Root] = [named(), named(), named(), named(), named(), named()];
  const table = new PathTable(
    [
      { path: '/version', handler: version, slash: true },
      { path: '/metrics', handler: metrics },
      { path: '/api', handler: api, below: true },
      { path: '/apis', handler: apis, below: true },
      { path: '/openapi/v3', handler: v3Root },
      { path: '/openapi/v3/', handler: v3 },
    ],
    () => ['/apis/apps', '/api/v1', '/apis/apps/v1'],
  );

  it.each([
    ['finds what is there', '/metrics', metrics],
    ['takes a slash at the end where upstream does', '/version/', version],
    ['takes none elsewhere', '/metrics/', pageNotFound],
    ['finds what is below', '/api/v1', api],
    ['does not take a beginning for a parent', '/apiary', pageNotFound],
    ['tells like paths apart', '/apis/apps', apis],
    ['finds a path that ends with a slash', '/openapi/v3/', v3],
    ['knows nothing below what has nothing there', '/openapi/v3/none', pageNotFound],
    ['knows no empty path', '', pageNotFound],
  ])('%s: %s', (_, path, handler) => expect(table.find(path)).toBe(handler));

  it('lists at its root what there is, groups included, in order', () => {
    const written: string[] = [];
    const response = {
      headersSent: false,
      writeHead: () => undefined,
      end: (body: Buffer) => written.push(body.toString()),
    };
    void table.find('/')({
      path: '/',
      query: new URLSearchParams(),
      request: {} as never,
      response: response as never,
    });
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      expect(JSON.parse(written.join(''))).toEqual({
        paths: [
          '/api',
          '/api/v1',
          '/apis',
          '/apis/apps',
          '/apis/apps/v1',
          '/metrics',
          '/openapi/v3',
          '/openapi/v3/',
          '/version',
        ],
      });
    });
  });
});
