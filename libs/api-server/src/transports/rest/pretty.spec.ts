import { prettyJson, wantsPretty } from './pretty';

describe('JSON for people', () => {
  const values: unknown[] = [
    {},
    [],
    null,
    7,
    'a "quoted" {text}, with [brackets]: and \\',
    { a: 1, b: [], c: {}, d: [1, [2, { e: null }], 'x'], 'k{': { f: true } },
    Array.from({ length: 30_000 }, (_, index) => ({ index, text: `é"${index}` })),
  ];

  it.each(values.map((value) => [value]))('is laid out as two spaces a level', async (value) => {
    expect(String(await prettyJson(Buffer.from(`${JSON.stringify(value)}\n`)))).toBe(JSON.stringify(value, null, 2));
  });

  it('keeps numbers that JavaScript does not have', async () => {
    expect(String(await prettyJson(Buffer.from('{"n":9007199254740993}')))).toBe('{\n  "n": 9007199254740993\n}');
  });

  it.each([
    ['/api?pretty=true', 'kubectl/v1.32', true],
    ['/api?pretty=1&limit=1', '', true],
    ['/api?pretty=false', 'curl/8', false],
    ['/api?pretty=0', '', false],
    ['/api?pretty=', 'curl/8', true],
    ['/api', 'curl/8', true],
    ['/api', 'Mozilla/5.0 (X11)', true],
    ['/api/pretty', 'kubectl/v1.32', false],
  ])('is for %s of %s: %s', (url, agent, expected) => {
    expect(wantsPretty({ url, headers: { 'user-agent': agent } })).toBe(expected);
  });
});
