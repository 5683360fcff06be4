import type { authorizationv1 } from '@skiff/contracts';
import { requireSelfReview, requireSubjectReview } from './validate-access-review';

type Spec = authorizationv1.SubjectAccessReviewSpec;

const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'a' };
const nonResourceAttributes = { verb: 'get', path: '/' };

describe('A review of access', () => {
  it.each([
    [{ user: 'x', resourceAttributes }, ''],
    [{ groups: ['g'], nonResourceAttributes }, ''],
    [{ user: 'x', resourceAttributes }, 'a'],
  ] satisfies [Spec, string][])('is good: %j', (spec, namespace) =>
    expect(() => requireSubjectReview({ spec, metadata: { managedFields: [] } }, namespace)).not.toThrow(),
  );

  it.each([
    [
      { user: 'x', resourceAttributes: { ...resourceAttributes, fieldSelector: {} } },
      '',
      'spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required',
    ],
    [
      {
        user: 'x',
        resourceAttributes: {
          ...resourceAttributes,
          labelSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'Exists' }] },
        },
      },
      '',
      'spec.resourceAttributes.labelSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
    ],
    [
      { user: 'x', resourceAttributes },
      'b',
      'spec.resourceAttributes.namespace: Invalid value: "a": must match metadata.namespace',
    ],
  ] satisfies [Spec, string, string][])('is not: %j', (spec, namespace, mistake) =>
    expect(() => requireSubjectReview({ spec }, namespace)).toThrow(`.authorization.k8s.io "" is invalid: ${mistake}`),
  );

  it('has no name', () => {
    const metadata = { name: 'n', namespace: 'a' };
    expect(() => requireSelfReview({ metadata: { name: 'n' }, spec: { resourceAttributes } })).toThrow(
      '.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"n"}: must be empty',
    );
    expect(() => requireSubjectReview({ metadata, spec: { user: 'x', resourceAttributes } }, 'a')).toThrow(
      'metadata: Invalid value: {"name":"n"}: must be empty except for namespace',
    );
  });
});
