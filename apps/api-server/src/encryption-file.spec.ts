import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@skiff/platform';
import { eventually, FakeClock } from '@skiff/testing';
import { encryptionFileProblem, EncryptionFile } from './encryption-file';

const document = (key: string): string =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: key, secret: Buffer.alloc(32, key).toString('base64') }] } }],
      },
    ],
  });

describe('A file of kind EncryptionConfiguration', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'skiff-encryption-file-'));
    path = join(directory, 'encryption.yaml');
  });
  const place = async (text: string): Promise<void> => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  afterEach(() => rm(directory, { recursive: true }));

  it('is held to what upstream asks of it, and named', async () => {
    expect(encryptionFileProblem(path)).toContain('ENOENT');
    await writeFile(path, '');
    expect(encryptionFileProblem(path)).toBe(`encryption provider configuration file "${path}" is empty`);
    await writeFile(path, '{"kind":"Pod","apiVersion":"v1"}');
    expect(encryptionFileProblem(path)).toBe(
      `error decoding encryption provider configuration file "${path}": no kind "Pod" is registered for version "v1"`,
    );
    await writeFile(path, document('a'));
    expect(encryptionFileProblem(path)).toBeUndefined();
  });

  it('is read again when it changes; one that is wrong is told once and changes nothing', async () => {
    await writeFile(path, document('a'));
    const { encryption, ...file } = await EncryptionFile.read(path).then((read) => ({
      encryption: read.encryption,
      follow: read.follow.bind(read),
    }));
    const clock = new FakeClock();
    const told: string[] = [];
    const logger: Logger = {
      debug: () => undefined,
      info: (message) => void told.push(message),
      warn: () => undefined,
      error: (message) => void told.push(message),
      child: () => logger,
    };
    const writer = (): string => {
      const stored = encryption.transformerAt('/registry/secrets/a/b')?.toStorage(Buffer.alloc(1), '');
      return /v1:(\w):/.exec(Buffer.from(stored ?? '').toString('latin1'))?.[1] ?? '';
    };
    const stopped = new AbortController();
    const following = file.follow({ clock, logger, signal: stopped.signal });
    expect(writer()).toBe('a');
    await place('kind: Secret');
    await eventually(async () => {
      await clock.advance(10_000);
      expect(told).toEqual(['the encryption of stored objects stays as it was']);
    });
    expect(writer()).toBe('a');
    await place(document('b'));
    await eventually(async () => {
      await clock.advance(10_000);
      expect(writer()).toBe('b');
    });
    expect(told).toEqual([
      'the encryption of stored objects stays as it was',
      'the encryption of stored objects has changed',
    ]);
    stopped.abort();
    await following;
  });
});
