import { Environment } from '../environment';
import { compile } from '../program';
import { dynType, listType, mapType, stringType } from '../types/type';

const environment = new Environment({
  variables: {
    input: dynType,
    list: listType(stringType, { maxSize: 10 }),
    map: mapType(stringType, stringType, 10),
    text: { kind: 'string', maxSize: 100 },
  },
});
const activation = { input: { a: { b: [1, 2, 3] } }, list: ['a', 'b'], map: { k: 'v' }, text: 'x'.repeat(100) };

function costOf(text: string): { actual: number; max: number } {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) throw new Error(compilation.message);
  const { cost } = compilation.program.evaluate(activation);
  return { actual: cost, max: compilation.program.estimate.max };
}

/** Upstream: cel-go interpreter/runtimecost_test.go, checker/cost_test.go; k8s.io/apiserver library/cost_test.go. */
describe('what an expression costs', () => {
  it.each<[string, number, number]>([
    ['true', 0, 0],
    ['1 + 2', 1, 1],
    ['input', 1, 1],
    ['input.a', 2, 1],
    ['text == "x"', 2, 2],
    ['text == text', 12, 12],
    ['text.size() == 100', 3, 3],
    ['has(input.a)', 1, 1],
    ['list.size() > 1', 3, 3],
    ['list[0] == "a"', 3, 2],
    ['map["k"] == "v"', 3, 2],
    ['"a" in ["a", "b"]', 0, 12],
    ['"a" in list', 3, 11],
    ['list.all(x, true)', 8, 32],
    ['list.exists(x, x == "a")', 11, 52],
    ['list.map(x, x).size() > 0', 30, 144],
    ['list.filter(x, x == "a").size() == 1', 22, 154],
    ['[1, 2, 3].all(x, x > 0)', 16, 26],
    ['text.contains("xx")', 11, 11],
    ['text.startsWith("xx")', 11, 2],
    ['text.matches("a*b")', 12, 12],
    ['text + text == ""', 22, 22],
    ['true || text == "x"', 0, 2],
    ['true ? text : text + "a"', 1, 12],
    ['text.lowerAscii() == ""', 11, 11],
    ['text.replace("x", "yy") == ""', 21, 21],
    ['list.join(",") == ""', 2, 2],
    ['[1, 2, 3].sum() == 6', 4, 14],
    ["ip('127.0.0.1') == ip('127.0.0.1')", 3, 3],
    ["cidr('192.168.0.0/24').containsIP('192.168.0.1')", 5, 7],
    ["quantity('1') == quantity('2')", 3, 3],
  ])('%s', (text, actual, max) => {
    expect(costOf(text)).toEqual({ actual, max });
  });

  it('is cut off at the budget, to the unit', () => {
    const compilation = compile('list.map(x, x).size() > 0', environment);
    if (!('program' in compilation)) throw new Error(compilation.message);
    const { program } = compilation;
    expect(program.evaluate(activation, { budget: 30 })).toMatchObject({ value: true, cost: 30 });
    expect(program.evaluate(activation, { budget: 29 })).toMatchObject({
      error: { message: 'operation cancelled: actual cost limit exceeded' },
    });
  });
});
