import { X509Certificate } from 'node:crypto';
import type { JsonGeneralNames } from '@peculiar/x509';
import { Kinds, type authorizationv1, type certificatesv1 } from '@skiff/contracts';
import { createAuthority, type Authority } from '@skiff/pki';
import { formatTime } from '@skiff/platform';
import { eventually } from '@skiff/testing';
import { certificateRequest } from '../testing/certificate-request';
import { World } from '../testing/world';

const day = 86_400_000;
describe('CertificateSigningRequests', () => {
  let world: World;
  let authority: Authority;
  /** Subresources that anybody may create. */
  let allowed: string[];

  beforeEach(async () => {
    allowed = [];
    world = await World.empty();
    authority = await createAuthority('test-ca', world.clock.now());
    await world.client.create(Kinds.Namespace, { metadata: { name: 'shop' } });
    const create = world.client.create.bind(world.client);
    world.client.create = async (kind, object, options) => {
      if (kind.kind !== 'SubjectAccessReview') return create(kind, object, options);
      const { spec: review } = object as authorizationv1.SubjectAccessReview;
      const subresource = review?.resourceAttributes?.subresource ?? '';
      return { ...object, status: { allowed: allowed.includes(subresource) } } as never;
    };
    world.run(['certificatesigningrequest-signing-controller', 'certificatesigningrequest-approving-controller'], {
      signing: { authority: authority.pair, duration: 365 * day },
    });
    await world.settle();
  });
  afterEach(() => world.stop());

  const spec = async (
    signerName: string,
    usages: string[],
    request: string,
    { username = 'somebody', ...more }: certificatesv1.CertificateSigningRequestSpec = {},
  ): Promise<void> => {
    const user = { name: username, groups: ['system:masters'] };
    await world.api.clientOf(user).create<certificatesv1.CertificateSigningRequest>(Kinds.CertificateSigningRequest, {
      metadata: { name: 'r' },
      spec: { signerName, usages, request, ...more },
    });
    await world.settle();
  };
  const decide = async (type: 'Approved' | 'Denied'): Promise<void> => {
    const condition = { type, status: 'True', reason: 'Test', lastUpdateTime: formatTime(world.clock.now()) };
    await world.client.patch(
      Kinds.CertificateSigningRequest,
      { name: 'r' },
      'merge',
      { status: { conditions: [condition] } },
      { subresource: 'approval' },
    );
    await world.settle();
  };
  const status = () => world.get(Kinds.CertificateSigningRequest, 'r').status ?? {};
  /** Signing is done by threads, so the world comes to rest before it ends. */
  const decided = async (): Promise<void> => {
    await eventually(() => expect(status().certificate ?? failure()).toBeDefined());
    await world.settle();
  };
  const approve = async (): Promise<void> => {
    await decide('Approved');
    await decided();
  };
  const certificate = (): X509Certificate => new X509Certificate(Buffer.from(status().certificate ?? '', 'base64'));
  const failure = () => status().conditions?.find(({ type }) => type === 'Failed');

  const client = 'kubernetes.io/kube-apiserver-client';
  const kubelet = 'kubernetes.io/kube-apiserver-client-kubelet';
  const serving = 'kubernetes.io/kubelet-serving';
  const clientUsages = ['digital signature', 'key encipherment', 'client auth'];

  it('are signed once they are approved, for a year less the time by which they are backdated', async () => {
    await spec(client, ['client auth'], await certificateRequest('someone', 'group'));
    expect(status().certificate).toBeUndefined();
    await approve();
    expect(certificate().subject).toBe('O=group\nCN=someone');
    expect(certificate().verify(new X509Certificate(authority.pair.certificate).publicKey)).toBe(true);
    expect(certificate().keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const lifetime = Date.parse(certificate().validTo) - Date.parse(certificate().validFrom);
    expect(lifetime).toBe(365 * day);
  });

  it.each([
    [3600, 3_600_000],
    [600, 600_000],
    [400 * 86_400, 365 * day - 300_000],
  ])('that ask for %d seconds end %d ms after they are signed', async (expirationSeconds, lifetime) => {
    await spec(client, ['client auth'], await certificateRequest('someone'), { expirationSeconds });
    await approve();
    const ends = Date.parse(certificate().validTo) - world.clock.now();
    expect(Math.abs(ends - lifetime)).toBeLessThan(1000);
  });

  const node = (names?: JsonGeneralNames) => certificateRequest('system:node:n1', 'system:nodes', names);
  const dns: JsonGeneralNames = [{ type: 'dns', value: 'n1' }];
  it.each([
    [client, ['server auth'], () => node(), 'invalid usage for client certificate: server auth'],
    [client, ['digital signature'], () => node(), 'missing required usage for client certificate: client auth'],
    [kubelet, clientUsages, () => certificateRequest('system:node:n1'), 'subject organization is not system:nodes'],
    [
      kubelet,
      clientUsages,
      () => certificateRequest('n1', 'system:nodes'),
      'subject common name does not begin with system:node:',
    ],
    [kubelet, clientUsages, () => node(dns), 'DNS subjectAltNames are not allowed'],
    [kubelet, ['client auth'], () => node(), 'usages did not match [client auth digital signature key encipherment]'],
    [serving, ['digital signature', 'server auth'], () => node(), 'DNS or IP subjectAltName is required'],
    [serving, clientUsages, () => node(dns), 'usages did not match [digital signature key encipherment server auth]'],
  ])('for %s with usages %j may fail', async (signer, usages, request, message) => {
    await spec(signer, usages, await request());
    await approve();
    expect(failure()).toMatchObject({ status: 'True', reason: 'SignerValidationFailure', message });
    expect(status().certificate).toBeUndefined();
  });

  it('for a serving certificate of a kubelet keep its names', async () => {
    await spec(serving, ['digital signature', 'server auth'], await node(dns));
    await approve();
    expect(certificate().subjectAltName).toBe('DNS:n1');
  });

  it('of other signers, and those that were denied, are left alone', async () => {
    await spec('example.com/signer', ['client auth'], await certificateRequest('someone'));
    await decide('Approved');
    expect(status().certificate).toBeUndefined();
    expect(failure()).toBeUndefined();
  });

  it.each([
    ['selfnodeclient', 'system:node:n1', 'Auto approving self kubelet client certificate after SubjectAccessReview.'],
    ['nodeclient', 'system:bootstrap:x', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
  ])('for a kubelet are approved if whoever asks may create %s', async (subresource, username, message) => {
    allowed.push(subresource);
    await spec(kubelet, clientUsages, await node(), { username });
    await decided();
    expect(status().conditions).toMatchObject([{ type: 'Approved', status: 'True', reason: 'AutoApproved', message }]);
    expect(certificate().subject).toBe('O=system:nodes\nCN=system:node:n1');
  });

  it('for a kubelet wait for somebody else to approve them otherwise', async () => {
    allowed.push('selfnodeclient');
    await spec(kubelet, clientUsages, await node(), { username: 'system:bootstrap:x' });
    expect(status().conditions).toBeUndefined();
    allowed.push('nodeclient');
    await world.clock.advance(60_000);
    await world.settle();
    expect(status().conditions).toMatchObject([{ type: 'Approved' }]);
  });
});
