import { Environment } from '../environment';
import { compile, evaluateAsync, type Program } from '../program';
import { type AuthorizationCheck, type Authorize, authorizerVariables, authorizerVariableTypes } from './authorizer';

const environment = new Environment({ variables: authorizerVariableTypes });

function programOf(text: string): Program {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) throw new Error(compilation.message);
  return compilation.program;
}

const resource = { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' };
const onlyGet = ({ verb }: AuthorizationCheck): { allowed: boolean; reason: string } => ({
  allowed: verb === 'get',
  reason: `because of ${verb}`,
});

function answer(text: string, authorize: Authorize): unknown {
  const evaluation = programOf(text).evaluate(authorizerVariables(authorize, resource));
  if ('pending' in evaluation) return 'pending';
  return 'value' in evaluation ? evaluation.value : evaluation.error.message;
}

/** Upstream: k8s.io/apiserver/pkg/cel/library/authz_test.go. */
describe('the authorizer', () => {
  it('is asked what an expression puts together', () => {
    const asked: AuthorizationCheck[] = [];
    const authorize: Authorize = (check) => {
      asked.push(check);
      return onlyGet(check);
    };
    const text =
      "authorizer.serviceAccount('shop', 'worker').group('').resource('pods').namespace('shop').subresource('log')" +
      ".name('web').fieldSelector('a=b').labelSelector('c').check('get').allowed()";
    expect(answer(text, authorize)).toBe(true);
    expect(answer("authorizer.path('/healthz').check('get').reason()", authorize)).toBe('because of get');
    expect(answer("authorizer.requestResource.check('create').allowed()", authorize)).toBe(false);
    expect(asked).toEqual([
      {
        serviceAccount: { namespace: 'shop', name: 'worker' },
        ...{ group: '', resource: 'pods', namespace: 'shop', subresource: 'log', name: 'web' },
        ...{ fieldSelector: 'a=b', labelSelector: 'c', verb: 'get' },
      },
      { path: '/healthz', verb: 'get' },
      { ...resource, verb: 'create' },
    ]);
  });

  it('tells why nothing was decided', () => {
    const broken: Authorize = () => {
      throw new Error('no authorizer answers');
    };
    expect(answer("authorizer.path('/x').check('get').error()", broken)).toBe('no authorizer answers');
    expect(answer("authorizer.path('/x').check('get').errored()", broken)).toBe(true);
    expect(answer("authorizer.path('/x').check('get').error() == ''", onlyGet)).toBe(true);
  });

  it.each([
    ["authorizer.path(' ').check('get').allowed()", 'path must not be empty'],
    ["authorizer.group('').resource('').check('get').allowed()", 'resource must not be empty'],
    ["authorizer.serviceAccount('shop', 'a b').path('/').check('get').allowed()", 'Invalid service account name'],
    ["authorizer.serviceAccount('a.b', 'web').path('/').check('get').allowed()", 'Invalid service account namespace'],
  ])('refuses %s', (text, message) => {
    expect(answer(text, onlyGet)).toBe(message);
  });

  it('may answer later, and is asked once for each check', async () => {
    let asked = 0;
    const later: Authorize = async (check) => {
      asked++;
      await Promise.resolve();
      return onlyGet(check);
    };
    const program = programOf(
      "authorizer.path('/a').check('get').allowed() && authorizer.path('/a').check('get').allowed() && !authorizer.path('/b').check('list').allowed()",
    );
    const variables = authorizerVariables(later, resource);
    expect(program.evaluate(variables)).toHaveProperty('pending');
    expect(await evaluateAsync(program, variables, { budget: 2_000_000 })).toMatchObject({ value: true });
    expect(asked).toBe(2);
  });

  it('gives a decision with the error where its answer fails', async () => {
    const failing: Authorize = () => Promise.reject(new Error('gone'));
    const program = programOf("authorizer.path('/a').check('get').error()");
    expect(await evaluateAsync(program, authorizerVariables(failing, resource))).toMatchObject({ value: 'gone' });
  });

  it('can be asked twice within the budget of an expression', () => {
    const checks = (count: number): string =>
      Array.from({ length: count }, (_, index) => `authorizer.path('/${String(index)}').check('get').allowed()`).join(
        ' && ',
      );
    expect(answer(checks(2), onlyGet)).toBe(true);
    expect(answer(checks(3), onlyGet)).toBe('operation cancelled: actual cost limit exceeded');
  });
});
