import { Kinds } from '@skiff/contracts';
import { creating } from '../../testing/read';

describe('A certificate request', () => {
  const request = (spec: object) =>
    creating(Kinds.CertificateSigningRequest, { spec: { request: 'bm90IGEgcGVt', usages: ['client auth'], ...spec } });
  const notPem = 'spec.request: Invalid value: "bm90IGEgcGVt": PEM block type must be CERTIFICATE REQUEST';

  it('names its signer, what it is for and for how long', () => {
    expect(request({ signerName: 'a.b/c' })).toEqual([notPem]);
    expect(request({ signerName: 'a/b', usages: ['fun', 'client auth', 'client auth'], expirationSeconds: 1 })).toEqual(
      [
        notPem,
        expect.stringContaining('spec.usages[0]: Unsupported value: "fun"'),
        'spec.usages[2]: Duplicate value: "client auth"',
        'spec.signerName: Invalid value: "a": should be a domain with at least two segments separated by dots',
        'spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    );
    expect(request({ signerName: 'kubernetes.io/legacy-unknown' })[1]).toBe(
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    );
  });
});
