import { admit, requestFor } from '../testing';
import { certificateApproval } from './plugin';

it('CertificateApproval lets those approve who may for the signer, or for all of its domain', async () => {
  const asked: string[] = [];
  const plugin = certificateApproval({
    authorize: (attributes) => {
      const name = attributes.resourceRequest ? attributes.name : '';
      asked.push(`${attributes.verb} ${name}`);
      return { allowed: name === 'mine.com/*', reason: '' };
    },
  });
  const approve = (signerName: string): Promise<object> => {
    const request = { metadata: { name: 'r' }, spec: { signerName } };
    const more = { group: 'certificates.k8s.io', operation: 'UPDATE', oldObject: request } as const;
    return admit(plugin, requestFor('certificatesigningrequests/approval', { ...request, status: {} }, more));
  };
  await approve('mine.com/x');
  expect(asked).toEqual(['approve mine.com/x', 'approve mine.com/*']);
  await expect(approve('other.com/x')).rejects.toThrow(
    'certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to approve requests with signerName "other.com/x"',
  );
});
