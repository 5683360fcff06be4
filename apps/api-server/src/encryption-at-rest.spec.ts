import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EncryptionAtRest,
  encryptStore,
  parseEncryptionConfiguration,
  storedResource,
} from '@skiff/api-server/encryption';
import { EmbeddedStore } from '@skiff/storage-embedded';
import type { Store } from '@skiff/storage';
import { startTestServer, type TestServer } from './golden/server';

type Body = Record<string, unknown>;
interface Shown {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly data?: Record<string, string>;
  readonly message?: string;
  readonly reason?: string;
}

const secret = (bytes: number, fill: string): string => Buffer.alloc(bytes, fill).toString('base64');
const keys = (...names: string[]) => ({ keys: names.map((name) => ({ name, secret: secret(32, name) })) });
const encryption = (...providers: object[]): EncryptionAtRest =>
  new EncryptionAtRest(configuration(providers), storedResource);
const configuration = (providers: readonly object[]) =>
  parseEncryptionConfiguration(
    JSON.stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: [{ resources: ['secrets'], providers }],
    }),
  );

const word = 'correct-horse-battery-staple';
const path = '/api/v1/namespaces/default/secrets';
const key = (name: string): string => `/registry/secrets/default/${name}`;
const secretNamed = (name: string): Body => ({ metadata: { name }, stringData: { word } });

describe('Encryption at rest', () => {
  let directory: string;
  let files: EmbeddedStore;
  let server: TestServer;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'skiff-encryption-'));
  });
  afterEach(async () => {
    await stop();
    await rm(directory, { recursive: true });
  });

  const start = async (at?: EncryptionAtRest): Promise<void> => {
    files = await EmbeddedStore.open({ directory });
    const store: Store = at ? encryptStore(files, (name) => at.transformerAt(name)) : files;
    server = await startTestServer({ store });
  };
  const stop = async (): Promise<void> => {
    await server.close();
    await files.close();
  };
  const call = async (method: string, to: string, body?: Body | Shown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await server.send({ method, path: to, headers: { 'content-type': 'application/json' }, ...sent });
    return { status: answer.status, object: JSON.parse(answer.body) as Shown };
  };
  const read = async (name: string): Promise<string> => {
    const { object } = await call('GET', `${path}/${name}`);
    return Buffer.from(object.data?.['word'] ?? '', 'base64').toString() || (object.message ?? '');
  };
  const stored = async (name: string): Promise<Buffer> => {
    const { entry } = await files.get(key(name));
    return Buffer.from(entry?.value ?? '');
  };
  const inFiles = async (text: string): Promise<boolean> => {
    // The lock is a socket.
    const names = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(names.map(({ name }) => readFile(join(directory, name))));
    return contents.some((content) => content.includes(text));
  };

  it('without it a secret stands in the files of the store, with it none does', async () => {
    await start();
    await call('POST', path, secretNamed('plain'));
    expect(await inFiles(word)).toBe(true);
    await stop();
    await rm(directory, { recursive: true });

    await start(encryption({ secretbox: keys('a') }));
    expect((await call('POST', path, secretNamed('sealed'))).status).toBe(201);
    expect(await inFiles(word)).toBe(false);
    expect(await inFiles('k8s:enc:secretbox:v1:a:')).toBe(true);
    expect(await read('sealed')).toBe(word);
  });

  it('is switched on, rotated and switched off again, each time with a restart and a replacement', async () => {
    await start();
    await call('POST', path, secretNamed('s'));
    await stop();
    const steps: [EncryptionAtRest, string][] = [
      [encryption({ aescbc: keys('old') }, { identity: {} }), 'k8s:enc:aescbc:v1:old:'],
      [encryption({ aescbc: keys('new', 'old') }), 'k8s:enc:aescbc:v1:new:'],
      [encryption({ aesgcm: keys('new') }, { aescbc: keys('new') }), 'k8s:enc:aesgcm:v1:new:'],
    ];
    for (const [at, prefix] of steps) {
      await start(at);
      expect(await read('s')).toBe(word);
      expect((await stored('s')).subarray(0, prefix.length).toString('latin1')).not.toBe(prefix);
      const { object } = await call('GET', `${path}/s`);
      const replaced = await call('PUT', `${path}/s`, object);
      expect((await stored('s')).subarray(0, prefix.length).toString('latin1')).toBe(prefix);
      // It was written, and the next replacement has nothing to write.
      expect(replaced.object.metadata?.resourceVersion).not.toBe(object.metadata?.resourceVersion);
      expect((await call('PUT', `${path}/s`, replaced.object)).object).toEqual(replaced.object);
      await stop();
    }
    await start(encryption({ identity: {} }, { aesgcm: keys('new') }));
    await call('PUT', `${path}/s`, (await call('GET', `${path}/s`)).object);
    await stop();
    await start();
    expect(await read('s')).toBe(word);
  });

  it('follows a configuration that is replaced while the server runs', async () => {
    const at = encryption({ secretbox: keys('a') });
    await start(at);
    await call('POST', path, secretNamed('s'));
    at.replace(configuration([{ secretbox: keys('b', 'a') }]));
    await call('PUT', `${path}/s`, (await call('GET', `${path}/s`)).object);
    expect((await stored('s')).toString('latin1')).toContain('k8s:enc:secretbox:v1:b:');
  });

  it('what cannot be decrypted fails who reads it, until the key is there', async () => {
    await start(encryption({ secretbox: keys('lost') }));
    await call('POST', path, secretNamed('lost'));
    await stop();
    const at = encryption({ secretbox: keys('a') });
    await start(at);
    const why = 'no matching key was found for the provided Secretbox transformer';
    const inList = `Internal error occurred: unable to transform key "${key('lost')}": ${why}`;
    expect((await call('POST', path, secretNamed('other'))).status).toBe(201);
    expect(await read('other')).toBe(word);
    expect(await call('GET', `${path}/lost`)).toMatchObject({
      status: 500,
      object: { reason: 'InternalError', message: `Internal error occurred: ${why}` },
    });
    const past = `resourceVersion=${await files.currentRevision()}&resourceVersionMatch=Exact`;
    for (const query of ['', `?${past}`])
      expect(await call('GET', path + query)).toMatchObject({ status: 500, object: { message: inList } });
    const event = { type: 'ERROR', object: { code: 500, message: inList } };
    expect((await call('GET', `${path}?watch=true`)).object).toMatchObject(event);
    expect((await call('GET', '/api/v1/namespaces/kube-system/secrets')).status).toBe(200);
    expect((await call('PUT', `${path}/lost`, secretNamed('lost'))).status).toBe(500);
    expect((await call('DELETE', `${path}/lost`)).status).toBe(500);
    expect((await call('POST', path, secretNamed('lost'))).object.message).toBe('secrets "lost" already exists');
    at.replace(configuration([{ secretbox: keys('a', 'lost') }]));
    expect(await read('lost')).toBe(word);
    expect((await call('GET', path)).status).toBe(200);
  });

  it('a value that is changed or moved in the store while the server runs cannot be read', async () => {
    await start(encryption({ aesgcm: keys('a') }));
    for (const name of ['mine', 'theirs']) await call('POST', path, secretNamed(name));
    const { entry } = await files.get(key('mine'));
    await files.update(key('mine'), await stored('theirs'), entry?.revision ?? 0n);
    expect(await read('mine')).toBe('Internal error occurred: cipher: message authentication failed');
    expect(await read('theirs')).toBe(word);
    // Out of the store, it is gone for everybody.
    await files.delete(key('mine'), (await files.get(key('mine'))).entry?.revision ?? 0n);
    expect(await read('mine')).toBe('secrets "mine" not found');
    expect((await call('GET', path)).status).toBe(200);
  });

  it('encrypted values are not taken for objects once encryption is switched off', async () => {
    await start(encryption({ secretbox: keys('a') }));
    await call('POST', path, secretNamed('s'));
    await stop();
    await start();
    expect(await read('s')).toBe('Internal error occurred: identity transformer tried to read encrypted data');
  });
});
