import type { metav1 } from '@skiff/contracts';
import { ErrorList } from '../field-errors/error-list';
import { dns1123Subdomain } from './names';
import { validateObjectMeta } from './object-meta';

describe('The owners of an object', () => {
  it('take no more than the server has when there are many', () => {
    const ownerReferences = Array.from({ length: 20_000 }, (_, index): metav1.OwnerReference => ({
      ...{ apiVersion: 'v1', kind: 'Pod', name: `p${index}`, uid: `u${index}` },
      controller: true,
    }));
    const errors = new ErrorList();
    validateObjectMeta(
      { name: 'x', namespace: 'default', ownerReferences },
      true,
      dns1123Subdomain,
      'metadata',
      errors,
    );
    expect(errors.toError({ group: '', kind: 'ConfigMap' }, 'x')?.message).toMatch(
      /Only one reference can have Controller set to true\. Found "true" in references for \w+\/\w+ and \w+\/\w+/,
    );
  });
});
