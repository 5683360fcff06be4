import { generateKeyPairSync } from 'node:crypto';
import { Kinds, type corev1 } from '@skiff/contracts';
import { readLegacyToken } from '@skiff/pki/service-account-token';
import { eventually } from '@skiff/testing';
import { decodeJwt } from 'jose';
import { World } from '../testing/world';

const serviceAccountPrivateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

describe('Secrets of service accounts', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['serviceaccount-token-controller'], { serviceAccountPrivateKey, rootCa: 'the CA' });
  });
  afterEach(() => world.stop());

  const account = async (name = 'robot', secrets: string[] = []): Promise<corev1.ServiceAccount> => {
    const created = await world.client.create<corev1.ServiceAccount>(Kinds.ServiceAccount, {
      metadata: { name, namespace: 'shop' },
      secrets: secrets.map((secret) => ({ name: secret })),
    });
    await world.settle();
    return created;
  };
  const secret = async (name: string, of = 'robot', more: corev1.Secret = {}): Promise<void> => {
    await world.client.create<corev1.Secret>(Kinds.Secret, {
      metadata: { name, namespace: 'shop', annotations: { 'kubernetes.io/service-account.name': of } },
      type: 'kubernetes.io/service-account-token',
      ...more,
    });
    await world.settle();
  };
  const names = (): (string | undefined)[] => world.client.peekAll(Kinds.Secret).map(({ metadata }) => metadata?.name);
  const text = (key: string): string =>
    Buffer.from(world.get(Kinds.Secret, 'robot-token').data?.[key] ?? '', 'base64').toString();

  /** A Secret that was filled; signing is done by threads, so the world comes to rest before it ends. */
  const filledSecret = async (name: string, of = 'robot'): Promise<void> => {
    await secret(name, of);
    await eventually(() => expect(world.get(Kinds.Secret, name).data?.['token']).toBeDefined());
    await world.settle();
  };

  it('are filled with a token that names them, the CA and the namespace', async () => {
    const { metadata } = await account();
    await filledSecret('robot-token');
    expect([text('ca.crt'), text('namespace')]).toEqual(['the CA', 'shop']);
    const claims = decodeJwt(text('token'));
    expect(claims).toEqual({
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': 'shop',
      'kubernetes.io/serviceaccount/secret.name': 'robot-token',
      'kubernetes.io/serviceaccount/service-account.name': 'robot',
      'kubernetes.io/serviceaccount/service-account.uid': metadata?.uid,
      sub: 'system:serviceaccount:shop:robot',
    });
    expect(readLegacyToken(claims).secret.name).toBe('robot-token');
    expect(world.get(Kinds.Secret, 'robot-token').metadata?.annotations).toEqual({
      'kubernetes.io/service-account.name': 'robot',
      'kubernetes.io/service-account.uid': metadata?.uid,
    });
  });

  it('keep a token, and get back what somebody took out', async () => {
    await account();
    await filledSecret('robot-token');
    const token = text('token');
    await world.client.patch(Kinds.Secret, { namespace: 'shop', name: 'robot-token' }, 'merge', {
      data: { 'ca.crt': 'b3RoZXI=', namespace: null },
    });
    await world.settle();
    expect([text('ca.crt'), text('namespace'), text('token')]).toEqual(['the CA', 'shop', token]);
  });

  it('go with their service account, and without one', async () => {
    await account();
    await account('other');
    await filledSecret('robot-token');
    await filledSecret('other-token', 'other');
    await secret('stray', 'nobody');
    await secret('opaque', 'nobody', { type: 'Opaque' });
    expect(names()).toEqual(['robot-token', 'other-token', 'opaque']);
    await world.client.delete(Kinds.ServiceAccount, { namespace: 'shop', name: 'robot' });
    await world.settle();
    expect(names()).toEqual(['other-token', 'opaque']);
  });

  it('go when another service account has the name', async () => {
    await account();
    await filledSecret('robot-token');
    await world.client.delete(Kinds.ServiceAccount, { namespace: 'shop', name: 'robot' });
    await account();
    expect(names()).toEqual([]);
  });

  it('are taken off the list of their service account when they are deleted', async () => {
    await account('robot', ['robot-token', 'another']);
    await filledSecret('robot-token');
    await world.client.delete(Kinds.Secret, { namespace: 'shop', name: 'robot-token' });
    await world.settle();
    expect(world.get(Kinds.ServiceAccount, 'robot').secrets).toEqual([{ name: 'another' }]);
  });
});
