import { impersonate } from './impersonation';

describe('Impersonation', () => {
  const admin = { name: 'admin', uid: '', groups: [], extra: {} };
  const asked: string[] = [];
  const authorizer = {
    authorize: (attributes: { readonly subresource?: string }) => {
      asked.push(attributes.subresource ?? '');
      return { allowed: true, reason: '' };
    },
  };

  it('takes a key that is not well escaped as it is', () => {
    const headers: Record<string, string[]> = {
      'impersonate-user': ['jane'],
      'impersonate-extra-%zz': ['a'],
      'impersonate-extra-example.com%2fscope': ['b'],
    };
    const user = impersonate(admin, (name) => headers[name] ?? [], Object.keys(headers), authorizer as never);
    expect(user.extra).toEqual({ '%zz': ['a'], 'example.com/scope': ['b'] });
    expect(asked).toEqual(['', '%zz', 'example.com/scope']);
  });
});
