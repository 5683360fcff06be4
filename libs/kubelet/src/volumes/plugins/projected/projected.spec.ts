import { aPod } from '../../../testing/pods';
import type { VolumeContext } from '../../plugin';
import { secretFiles } from '../secret/files';
import { projectedFiles } from './projected';

describe('the files of a projected volume', () => {
  it('come from config maps, secrets, tokens and the pod itself', async () => {
    const context: VolumeContext = {
      pod: aPod({}, { labels: { app: 'x' } }),
      podIps: [],
      hostIps: [],
      nodeName: 'n1',
      allocatable: { cpuMilli: 1000, memoryBytes: 0, storageBytes: 0 },
      objects: { configMap: async () => ({ data: { k: 'v', l: 'w' } }), secret: async () => undefined },
      tokens: { token: async () => ({ token: 'secret', expiresAt: 0 }) },
    };
    const sources = [
      { configMap: { name: 'cm', items: [{ key: 'k', path: 'dir/key' }] } },
      { serviceAccountToken: { path: 'token' } },
      { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      { secret: { name: 'none', optional: true } },
    ];
    const files = await projectedFiles({ sources }, context);
    expect(files.map(({ path, data }) => [path, Buffer.from(data).toString('utf8')])).toEqual([
      ['dir/key', 'v'],
      ['token', 'secret'],
      ['labels', 'app="x"'],
    ]);
    await expect(secretFiles({ name: 'none' }, 0o644, context)).rejects.toThrow('secret "none" not found');
  });
});
