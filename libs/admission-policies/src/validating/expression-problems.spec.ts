import { AdmissionAttributes, admissionTarget } from '@skiff/api-server/admission';
import { Kinds, type admissionregistrationv1 } from '@skiff/contracts';
import { requireExpressions } from './expression-problems';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;

const policy = (...expressions: string[]): Policy => ({
  metadata: { name: 'p' },
  spec: {
    variables: [{ name: 'n', expression: 'object.spec.n' }],
    validations: expressions.map((expression) => ({ expression })),
  },
});
const written = (object: Policy, oldObject?: Policy): AdmissionAttributes =>
  new AdmissionAttributes(admissionTarget(Kinds.ValidatingAdmissionPolicy), {
    operation: oldObject ? 'UPDATE' : 'CREATE',
    ...{ namespace: '', name: 'p', dryRun: false, object, oldObject },
    userInfo: { name: 'jane', uid: '', groups: [], extra: {} },
    options: () => undefined,
    uid: () => '',
    warn: () => undefined,
  });

describe('The expressions of a policy', () => {
  it('have to compile, and may name what the policy declares', () => {
    expect(() => requireExpressions(written(policy('variables.n > 1', "request.operation == 'CREATE'")))).not.toThrow();
    expect(() => requireExpressions(written(policy('variables.m > 1', 'params != null', "'text'")))).toThrow(
      /spec\.validations\[0\]\.expression: Invalid value: "variables\.m > 1": compilation failed: ERROR: .*undefined field 'm'[^]*spec\.validations\[1\]\.expression: .*undeclared reference to 'params'[^]*spec\.validations\[2\]\.expression: Invalid value: "'text'": must evaluate to bool/,
    );
  });

  it('may stay as they were, whatever they are', () => {
    expect(() => requireExpressions(written(policy('nobody', 'true'), policy('nobody')))).not.toThrow();
  });
});
