import type { UserInfo } from '../user';
import { anyOf, type Attributes, type Authorizer } from './attributes';
import { AuthorizationRecord } from './record';

const user: UserInfo = { name: 'jane', uid: '', groups: [], extra: {} };
const about = (verb: string, resource: string): Attributes => ({
  user,
  verb,
  resourceRequest: true,
  apiGroup: '',
  apiVersion: 'v1',
  resource,
  subresource: '',
  namespace: 'default',
  name: 'any',
});
const pods: Authorizer = {
  authorize: (attributes) => ({
    allowed: attributes.resourceRequest && attributes.resource === 'pods',
    reason: attributes.verb === 'get' ? 'by the binding "readers"' : '',
  }),
};
const nobody: Authorizer = { authorize: () => ({ allowed: false, reason: 'RBAC: role not found' }) };
const recorded = (record: AuthorizationRecord): Authorizer =>
  record.refusing(anyOf(record.granting('Node', nobody), record.granting('RBAC', pods)));

describe('The record of rights', () => {
  it('tells who used which right, by what grant and how often', () => {
    const record = new AuthorizationRecord();
    const authorizer = recorded(record);
    for (let time = 0; time < 3; time++) authorizer.authorize(about('get', 'pods'));
    const what = { user: 'jane', apiGroup: '', resource: 'pods', subresource: '' };
    expect(record.toJSON()).toEqual({
      uses: [{ ...what, authorizer: 'RBAC', reason: 'by the binding "readers"', verb: 'get', count: 3 }],
      dropped: 0,
    });
  });

  it('tells what somebody was not allowed to do, and why', () => {
    const record = new AuthorizationRecord();
    recorded(record).authorize(about('create', 'secrets'));
    recorded(record).authorize({ user, verb: 'post', resourceRequest: false, path: '/metrics' });
    expect(record.toJSON().uses).toMatchObject([
      { authorizer: '', reason: 'RBAC: role not found', verb: 'post', path: '/metrics', count: 1 },
      { authorizer: '', reason: 'RBAC: role not found', verb: 'create', resource: 'secrets', count: 1 },
    ]);
  });

  it('decides as the authorizers that it observes', () => {
    const authorizer = recorded(new AuthorizationRecord());
    expect(authorizer.authorize(about('get', 'pods')).allowed).toBe(true);
    expect(authorizer.authorize(about('get', 'secrets'))).toMatchObject({ allowed: false });
  });

  it('goes on from an earlier one', () => {
    const first = new AuthorizationRecord();
    recorded(first).authorize(about('get', 'pods'));
    const second = new AuthorizationRecord(first.toJSON());
    recorded(second).authorize(about('get', 'pods'));
    expect(second.toJSON().uses).toMatchObject([{ verb: 'get', count: 2 }]);
  });

  it('keeps so many different uses, and counts the others', () => {
    const record = new AuthorizationRecord(undefined, 2);
    for (const verb of ['get', 'list', 'watch', 'get', 'delete']) recorded(record).authorize(about(verb, 'pods'));
    const { uses, dropped } = record.toJSON();
    expect([uses.map(({ verb, count }) => `${verb} ${count}`), dropped]).toEqual([['get 2', 'list 1'], 2]);
  });
});
