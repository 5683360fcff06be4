import { admit, requestFor } from '../testing';
import { certificateSigning } from './plugin';

it('CertificateSigning lets nobody issue a certificate who may not for the signer', async () => {
  const plugin = certificateSigning({ authorize: () => ({ allowed: false, reason: '' }) });
  const sign = (status: object): Promise<object> => {
    const request = { metadata: { name: 'r' }, spec: { signerName: 'other.com/x' } };
    const more = { group: 'certificates.k8s.io', operation: 'UPDATE', oldObject: request } as const;
    return admit(plugin, requestFor('certificatesigningrequests/status', { ...request, status }, more));
  };
  await sign({});
  await expect(sign({ certificate: 'eA==' })).rejects.toThrow(
    'user not permitted to sign requests with signerName "other.com/x"',
  );
});
