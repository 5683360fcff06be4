import { Kinds, type certificatesv1 } from '@skiff/contracts';
import { createAuthority } from '@skiff/pki';
import { formatTime } from '@skiff/platform';
import { certificateRequest } from '../testing/certificate-request';
import { World } from '../testing/world';

const hour = 3_600_000;
const year = 365 * 24 * hour;

describe('A CertificateSigningRequest is deleted', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['certificatesigningrequest-cleaner-controller']);
  });
  afterEach(() => world.stop());

  /** A certificate in base64 that ends so many milliseconds from now. */
  async function certificateEnding(milliseconds: number): Promise<string> {
    const now = world.clock.now();
    const authority = await createAuthority('test-ca', now - year);
    const { certificate } = await authority.issue({ commonName: 'a', usages: ['client'] }, now - year + milliseconds);
    return Buffer.from(certificate).toString('base64');
  }

  async function request(type: string | undefined, certificate?: string): Promise<void> {
    const lastUpdateTime = formatTime(world.clock.now());
    await world.client.create<certificatesv1.CertificateSigningRequest>(Kinds.CertificateSigningRequest, {
      metadata: { name: 'r' },
      spec: {
        request: await certificateRequest('a'),
        signerName: 'example.com/signer',
        usages: ['client auth'],
      },
    });
    const set = (status: certificatesv1.CertificateSigningRequestStatus, subresource: string): Promise<unknown> =>
      world.client.patch(Kinds.CertificateSigningRequest, { name: 'r' }, 'merge', { status }, { subresource });
    const conditions = type === undefined ? [] : [{ type, status: 'True', reason: 'Test', lastUpdateTime }];
    await set({ conditions }, type === 'Failed' ? 'status' : 'approval');
    if (certificate !== undefined) await set({ certificate }, 'status');
    await world.settle();
  }

  async function isThereAfter(hours: number): Promise<boolean> {
    await world.clock.advance(hours * hour);
    await world.settle();
    return world.client.peek(Kinds.CertificateSigningRequest, 'r') !== undefined;
  }

  it.each([
    ['an hour after it was denied', 'Denied', 1],
    ['an hour after it failed', 'Failed', 1],
    ['a day after it was approved and not signed', 'Approved', 24],
    ['a day after it was made, if nobody decides', undefined, 24],
  ])('%s', async (_when, type, hours) => {
    await request(type);
    expect(await isThereAfter(hours - 0.01)).toBe(true);
    expect(await isThereAfter(0.02)).toBe(false);
  });

  it('an hour after it was signed', async () => {
    await request('Approved', await certificateEnding(24 * hour));
    expect(await isThereAfter(0.99)).toBe(true);
    expect(await isThereAfter(0.02)).toBe(false);
  });

  it('when its certificate ends', async () => {
    await request('Approved', await certificateEnding(hour / 2));
    expect(await isThereAfter(0.49)).toBe(true);
    expect(await isThereAfter(0.02)).toBe(false);
  });
});
