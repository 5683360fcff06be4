import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { Directories } from '../pod-model/directories';
import { hollowMounter } from '../system/hollow/mounts';
import { aPod } from '../testing/pods';
import { volumePlugins } from './plugins/volume-plugins';
import type { VolumeContext } from './plugin';
import { MountError, VolumeReconciler } from './reconciler';

describe('the volumes of a pod', () => {
  let directory: string;
  let directories: Directories;
  let data: Record<string, string>;
  let reconciler: VolumeReconciler;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubelet-volumes-'));
    directories = new Directories(directory);
    data = { k: 'v' };
    const mounts = hollowMounter;
    const plugins = volumePlugins({
      directories,
      mounts,
      hostPathAliases: new Map([['/', join(directory, 'machine')]]),
    });
    reconciler = new VolumeReconciler({ directories, mounts, plugins });
    await reconciler.start();
  });

  afterEach(() => rm(directory, { recursive: true }));

  const context = (pod: corev1.Pod): VolumeContext => ({
    pod,
    podIps: [],
    hostIps: [],
    nodeName: 'n1',
    allocatable: { cpuMilli: 1000, memoryBytes: 0, storageBytes: 0 },
    objects: { configMap: async () => ({ data }), secret: async () => ({ data: { s: 'cw==' } }) },
    tokens: { token: async () => ({ token: 'secret', expiresAt: 0 }) },
  });

  it('are of every sort, and only what shows the API is kept from writers', async () => {
    const pod = aPod({
      volumes: [
        { name: 'bare' },
        { name: 'empty', emptyDir: { medium: 'Memory' } },
        { name: 'host', hostPath: { path: '/data', type: 'DirectoryOrCreate' } },
        { name: 'map', configMap: { name: 'm' } },
        { name: 'secret', secret: { secretName: 's' } },
        { name: 'down', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
        { name: 'projected', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      ],
    });
    expect(reconciler.ready('uid')).toBeUndefined();
    await reconciler.setUp(pod, context(pod));
    const volumes = reconciler.ready('uid') ?? new Map();
    const writable = [...volumes].filter(([, { readOnly }]) => !readOnly).map(([name]) => name);
    expect(writable.sort()).toEqual(['bare', 'empty', 'host']);
    const read = (volume: string, file: string): Promise<string> =>
      readFile(join(volumes.get(volume)?.hostPath ?? '', file), 'utf8');
    expect(await Promise.all([read('map', 'k'), read('secret', 's'), read('down', 'name')])).toEqual(['v', 's', 'p']);
    expect(volumes.get('host')?.hostPath).toBe(join(directory, 'machine/data'));

    data = { k: 'new' };
    await reconciler.refresh(pod, context(pod));
    expect(await read('map', 'k')).toBe('new');

    await reconciler.tearDown('uid');
    const left = [...volumes].filter(([, { hostPath }]) => existsSync(hostPath)).map(([name]) => name);
    expect(left).toEqual(['host']);
    expect(await reconciler.podsWithVolumes()).toEqual([]);
    expect(reconciler.ready('uid')).toBeUndefined();
  });

  it('are not ready while one fails, which says why', async () => {
    const pod = aPod({
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', iscsi: {} },
      ],
    });
    const failure = await reconciler.setUp(pod, context(pod)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MountError);
    expect([...(failure as MountError).failures]).toEqual([
      [
        'b',
        'MountVolume.SetUp failed for volume "b" : no volume plugin matched: iscsi volumes are not supported by this node',
      ],
    ]);
    expect(reconciler.ready('uid')).toBeUndefined();
  });
});
