import {
  alreadyExists,
  conflict,
  forbidden,
  invalid,
  methodNotSupported,
  notFound,
  requestEntityTooLarge,
  tooLargeResourceVersion,
  tooManyRequests,
  tooOldResourceVersion,
  unauthorized,
  unsupportedMediaType,
} from './status-errors';

describe('the errors of the API, word for word as upstream', () => {
  const pods = { resource: 'pods' };
  const deployments = { group: 'apps', resource: 'deployments' };

  it.each([
    [notFound(pods, 'x'), 404, 'pods "x" not found'],
    [notFound(deployments, 'x'), 404, 'deployments.apps "x" not found'],
    [alreadyExists(pods, 'x'), 409, 'pods "x" already exists'],
    [
      conflict(pods, 'x'),
      409,
      'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [forbidden(pods, 'x', 'no'), 403, 'pods "x" is forbidden: no'],
    [forbidden(pods, '', 'no'), 403, 'pods is forbidden: no'],
    [forbidden({ resource: '' }, '', 'no'), 403, 'forbidden: no'],
    [unauthorized(), 401, 'Unauthorized'],
    [methodNotSupported(deployments, 'create'), 405, 'create is not supported on resources of kind "deployments.apps"'],
    [requestEntityTooLarge('limit is 3145728'), 413, 'Request entity too large: limit is 3145728'],
    [
      unsupportedMediaType(['application/json', 'application/yaml']),
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    ],
    [tooOldResourceVersion(1, 9), 410, 'too old resource version: 1 (9)'],
    [tooLargeResourceVersion(9, 1), 504, 'Timeout: Too large resource version: 9, current: 1'],
  ])('%s', (error, code, message) => {
    expect(error.code).toBe(code);
    expect(error.message).toBe(message);
  });

  it('names the object in the details', () => {
    expect(notFound(deployments, 'x').toStatus()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "x" not found',
      reason: 'NotFound',
      details: { name: 'x', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it('lists every wrong field once, in brackets when there are several', () => {
    const required = { reason: 'FieldValueRequired', field: 'spec.containers', message: 'Required value' };
    const wrong = { reason: 'FieldValueInvalid', field: 'spec.nodeName', message: 'Invalid value: "A"' };
    expect(invalid({ kind: 'Pod' }, 'x', [required]).message).toBe(
      'Pod "x" is invalid: spec.containers: Required value',
    );
    const both = invalid({ kind: 'Deployment', group: 'apps' }, 'x', [required, wrong, wrong]);
    expect(both.message).toBe(
      'Deployment.apps "x" is invalid: [spec.containers: Required value, spec.nodeName: Invalid value: "A"]',
    );
    expect(both.details?.causes).toHaveLength(3);
  });

  it('says when to come back', () => {
    expect(tooManyRequests('too much', 3).details).toEqual({ retryAfterSeconds: 3 });
  });
});
