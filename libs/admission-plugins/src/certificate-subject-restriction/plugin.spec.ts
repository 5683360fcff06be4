import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admit, requestFor } from '../testing';
import { certificateSubjectRestriction } from './plugin';

it('CertificateSubjectRestriction never makes masters', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'admission-csr-'));
  const pem = join(directory, 'csr.pem');
  const make = (subject: string): string => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(directory, 'key')];
    execFileSync('openssl', ['req', '-new', ...key, '-subj', subject, '-out', pem], { stdio: 'ignore' });
    return readFileSync(pem).toString('base64');
  };
  const create = (subject: string): Promise<object> => {
    const spec = { signerName: 'kubernetes.io/kube-apiserver-client', request: make(subject) };
    const request = requestFor('certificatesigningrequests', { spec }, { group: 'certificates.k8s.io' });
    return admit(certificateSubjectRestriction, request);
  };
  await create('/O=dev/CN=jane');
  await expect(create('/O=dev/O=system:masters/CN=jane')).rejects.toThrow(
    'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
  rmSync(directory, { recursive: true });
});
