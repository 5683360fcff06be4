import { compileExpression } from './compile';
import { evaluateConditions, type Condition } from './conditions';
import { policyEnvironment } from './environment';

const environment = policyEnvironment({ hasParams: false, hasAuthorizer: true });
const conditions = (...texts: string[]): Condition[] =>
  texts.map((text, index) => ({ name: String(index), expression: compileExpression(text, environment, ['bool']) }));
const object = { spec: { n: 1, list: Array.from({ length: 200 }, (_, index) => String(index)) } };
const verdict = (failsOpen: boolean, ...texts: string[]): Promise<unknown> =>
  evaluateConditions(conditions(...texts), { object, oldObject: null, request: {}, namespaceObject: null }, failsOpen);

describe('Conditions that a write has to meet', () => {
  it('are met when all of them are', async () => {
    expect(await verdict(false, 'object.spec.n == 1', 'oldObject == null')).toEqual({ matches: true });
    expect(await verdict(false)).toEqual({ matches: true });
  });

  it('are not met when one of them is not, whatever else fails', async () => {
    expect(await verdict(false, 'object.spec.none == 1', 'object.spec.n == 2')).toEqual({ matches: false });
  });

  it('fail the write where they cannot be evaluated, unless that is to be passed over', async () => {
    const failing = 'object.spec.none == 1';
    const error = `expression '${failing}' resulted in error: no such key: none`;
    expect(await verdict(false, failing)).toEqual({ error });
    expect(await verdict(false, failing, failing)).toEqual({ error: `[${error}, ${error}]` });
    expect(await verdict(true, failing)).toEqual({ matches: false });
  });

  it('share one budget', async () => {
    const dear = (sign: string): string =>
      `object.spec.list.all(a, object.spec.list.all(b, (a + b + '${sign}').size() > 0))`;
    expect(await verdict(false, ...Array.from({ length: 30 }, (_, index) => dear(String(index))))).toEqual({
      error: expect.stringContaining('cost') as string,
    });
  });

  it('have to be true or false', () => {
    expect(compileExpression('1', environment, ['bool'])).toEqual({ text: '1', problem: 'must evaluate to bool' });
    expect(compileExpression('nobody', environment, ['bool'])).toMatchObject({
      problem: expect.stringContaining("undeclared reference to 'nobody'") as string,
    });
  });
});
