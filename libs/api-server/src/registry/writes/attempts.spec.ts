import { Kinds, type corev1, type Kind } from '@skiff/contracts';
import { invalid, StatusError, type ApiObject, type Resource } from '@skiff/apimachinery';
import { apiServerUser } from '../../auth/user';
import { CachedObject } from '../../cache/cached-object';
import { RecordCodec } from '../../cache/record';
import { attemptChange } from './attempts';
import { VersionView } from '../version-view';
import type { WriteParts } from './write';

const kind = Kinds.ConfigMap;
const write = { user: apiServerUser, dryRun: false, warn: () => undefined };
const object = kind.codec.decode(new Uint8Array(0));
const records = new RecordCodec([kind as Kind<ApiObject>]);

/** A cache and a store that each have a version of the object. */
const having = (cached: bigint, stored: bigint): WriteParts<corev1.ConfigMap> => {
  const key = '/registry/configmaps/n/m';
  const entry = { key, value: records.encode(object, undefined), revision: stored };
  return {
    definition: { kind, storagePrefix: '/registry/configmaps/' } as Resource<corev1.ConfigMap>,
    stored: { records },
    view: new VersionView(kind, undefined),
    cache: { get: () => new CachedObject(kind, key, object, cached, undefined) },
    store: { get: () => Promise.resolve({ entry, revision: stored }) },
  } as unknown as WriteParts<corev1.ConfigMap>;
};

/** The versions on which a change that fails in this way is attempted. */
async function attempts(options: WriteParts<corev1.ConfigMap>, failure: StatusError): Promise<bigint[]> {
  const tried: bigint[] = [];
  const change = attemptChange(options, { namespace: 'n', name: 'm' }, write, (current) => {
    tried.push(current.revision);
    return Promise.reject(failure);
  });
  await expect(change).rejects.toBe(failure);
  return tried;
}

const refused = invalid({ kind: 'ConfigMap' }, 'm', []);

describe('a change that is refused', () => {
  it('is not attempted again on the version that it was refused on', async () => {
    expect(await attempts(having(7n, 7n), refused)).toEqual([7n]);
  });

  it('is attempted on what is stored when the cache is behind', async () => {
    expect(await attempts(having(7n, 8n), refused)).toEqual([7n, 8n]);
  });

  it('is attempted again when the server itself failed', async () => {
    const failed = new StatusError(500, 'InternalError', 'the store was away');
    expect(await attempts(having(7n, 7n), failed)).toEqual([7n, 7n]);
  });
});

describe('a change that changes nothing', () => {
  const decide = (options: WriteParts<corev1.ConfigMap>): Promise<bigint> =>
    attemptChange(options, { namespace: 'n', name: 'm' }, write, async (current, { isStored }) =>
      (await isStored()) ? current.revision : undefined,
    );

  it('is decided on the version of the cache when that is stored', async () => {
    expect(await decide(having(7n, 7n))).toBe(7n);
  });

  it('is decided on what is stored when the cache is behind', async () => {
    expect(await decide(having(7n, 8n))).toBe(8n);
  });
});
