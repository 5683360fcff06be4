import { TransformError, type Transformer } from '../transformer';
import { aesCbc } from './aes-cbc';
import { aesGcm } from './aes-gcm';
import { identity } from './identity';
import { secretbox } from './secretbox';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const given = (nonce: Uint8Array) => (bytes: number) => {
  expect(bytes).toBe(nonce.length);
  return nonce;
};
const path = '/registry/secrets/default/s';

interface Vector {
  readonly provider: string;
  readonly nonce: Buffer;
  make(nonces?: (bytes: number) => Uint8Array): Transformer;
  readonly plain: Buffer;
  readonly sealed: Buffer;
  readonly path: string;
}

const vectors: readonly Vector[] = [
  {
    // NaCl, tests/secretbox.c
    provider: 'secretbox',
    nonce: hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37'),
    make: (nonces) => secretbox(hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389'), nonces),
    plain: hex(
      `be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4
      1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52
      f0a089bc76897040e082f937763848645e0705`.replaceAll(/\s/g, ''),
    ),
    sealed: hex(
      `f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b
      4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da
      99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5`.replaceAll(/\s/g, ''),
    ),
    path,
  },
  {
    // McGrew and Viega, The Galois/Counter Mode of Operation, test case 15
    provider: 'aesgcm',
    nonce: hex('cafebabefacedbaddecaf888'),
    make: (nonces) => aesGcm(hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'), nonces),
    plain: hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    ),
    sealed: hex(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c',
    ),
    path: '',
  },
  {
    // NIST SP 800-38A, F.2.5, first block, and one of padding
    provider: 'aescbc',
    nonce: hex('000102030405060708090a0b0c0d0e0f'),
    make: (nonces) => aesCbc(hex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'), nonces),
    plain: hex('6bc1bee22e409f96e93d7e117393172a'),
    sealed: hex('f58c4c04d6e5f1ba779eabfb5f7bfbd6485a5c81519cf378fa36d42b8547edc0'),
    path,
  },
];

describe.each(vectors)('$provider', ({ make, nonce, plain, sealed, path: at }) => {
  it('stores the nonce, and what the published vector says', () => {
    const stored = make(given(nonce)).toStorage(plain, at);
    expect(Buffer.from(stored).toString('hex')).toBe(Buffer.concat([nonce, sealed]).toString('hex'));
    const { value, stale } = make().fromStorage(stored, at);
    expect(Buffer.from(value).equals(plain)).toBe(true);
    expect(stale).toBe(false);
  });

  it('stores a value in another form each time', () => {
    const transformer = make();
    expect(Buffer.from(transformer.toStorage(plain, at))).not.toEqual(Buffer.from(transformer.toStorage(plain, at)));
    for (const length of [0, 1, 15, 16, 17, 5000]) {
      const value = Buffer.alloc(length, 7);
      expect(Buffer.from(transformer.fromStorage(transformer.toStorage(value, at), at).value).equals(value)).toBe(true);
    }
  });

  it('refuses what is too short', () => {
    expect(() => make().fromStorage(Buffer.alloc(5), at)).toThrow('the stored data was shorter than the required size');
    expect(() => make().fromStorage(nonce, at)).toThrow(TransformError);
  });
});

const tampered = (stored: Uint8Array, index: number): Buffer => {
  const copy = Buffer.from(stored);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
};

it.each([
  ['secretbox', secretbox(Buffer.alloc(32, 1)), 'output array was not large enough for encryption'],
  ['aesgcm', aesGcm(Buffer.alloc(32, 1)), 'cipher: message authentication failed'],
] as const)('%s refuses a value of which any byte was changed', (_, transformer, message) => {
  const stored = transformer.toStorage(Buffer.from('a secret'), path);
  for (let index = 0; index < stored.length; index += 1)
    expect(() => transformer.fromStorage(tampered(stored, index), path)).toThrow(message);
});

it('aescbc tells of padding that is wrong, and of a length that cannot be', () => {
  const transformer = aesCbc(Buffer.alloc(16, 1), (bytes) => Buffer.alloc(bytes));
  const stored = transformer.toStorage(Buffer.alloc(14, 9), path);
  // In this mode, a change of the initial vector changes the same byte of the first block.
  expect(() => transformer.fromStorage(tampered(stored, 14), path)).toThrow('invalid padding on input');
  const unpadded = Buffer.from(stored);
  unpadded[15] = 2;
  expect(() => transformer.fromStorage(unpadded, path)).toThrow('invalid PKCS7 data (empty or not padded)');
  expect(() => transformer.fromStorage(stored.subarray(0, 30), path)).toThrow(
    'the stored data is not a multiple of the block size',
  );
});

it('only aesgcm notices that a value was moved to another path', () => {
  const elsewhere = '/registry/secrets/default/other';
  const value = Buffer.from('a secret');
  const gcm = aesGcm(Buffer.alloc(16, 1));
  expect(() => gcm.fromStorage(gcm.toStorage(value, path), elsewhere)).toThrow('cipher: message authentication failed');
  for (const other of [secretbox(Buffer.alloc(32, 1)), aesCbc(Buffer.alloc(24, 1))])
    expect(Buffer.from(other.fromStorage(other.toStorage(value, path), elsewhere).value)).toEqual(value);
});

it('identity refuses what another provider has encrypted', () => {
  expect(identity.fromStorage(Buffer.from('plain'), path)).toEqual({ value: Buffer.from('plain'), stale: false });
  expect(() => identity.fromStorage(Buffer.from('k8s:enc:aescbc:v1:a:…'), path)).toThrow(
    'identity transformer tried to read encrypted data',
  );
});
