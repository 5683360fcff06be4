import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterPaths } from './paths';
import { portsOf, type ClusterRequest } from './plan';
import { giveBack, reclaim, reserve } from './reservations';
import type { ClusterState } from './state';

describe('what clusters are given on a machine', () => {
  let folder: string;
  let machine: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skiff-reservations-'));
    machine = join(folder, 'machine');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const take = (home: string, rest: Partial<ClusterRequest> = {}): Promise<ClusterState> => {
    const paths = clusterPaths(join(folder, home), 'a');
    return reserve(machine, paths, { name: 'a', nodes: [{}], store: 'embedded', root: paths.root, ...rest });
  };

  it('is no port and no network twice, when several start at the same moment in different homes', async () => {
    const clusters = await Promise.all(['one', 'two', 'three', 'four'].map((home) => take(home)));
    const ports = clusters.flatMap(portsOf);
    expect(new Set(ports).size).toBe(ports.length);
    expect(new Set(clusters.map(({ subnet }) => subnet)).size).toBe(4);
    expect(new Set(clusters.map(({ bridge }) => bridge)).size).toBe(4);
  });

  it('is free again when it is given back, or the folder of the cluster is gone', async () => {
    const [one, two] = [await take('one'), await take('two')];
    await giveBack(machine, clusterPaths(join(folder, 'one'), 'a'));
    rmSync(join(folder, 'two'), { recursive: true });
    expect(await take('three')).toMatchObject({ apiPort: one.apiPort, subnet: one.subnet });
    expect(await take('four')).toMatchObject({ apiPort: two.apiPort, subnet: two.subnet });
    expect(readdirSync(join(machine, 'clusters'))).toHaveLength(2);
  });

  it('can be asked for, unless somebody listens there or has it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(take('one', { apiPort: port })).rejects.toThrow(`port ${port} is in use on this machine`);
    expect(existsSync(clusterPaths(join(folder, 'one'), 'a').root)).toBe(false);
    server.close();
    await once(server, 'close');
    const wanted = { apiPort: port, nodeRange: '172.31.201.0/24' };
    expect(await take('one', wanted)).toMatchObject({ apiPort: port, subnet: '172.31.201' });
    await expect(take('two', { nodeRange: wanted.nodeRange })).rejects.toThrow(
      'the network 172.31.201.0/24 overlaps 172.31.201.0/24, which is in use on this machine',
    );
  });

  it('is taken again by a cluster that starts again, unless others use it meanwhile', async () => {
    const cluster = await take('one');
    const paths = clusterPaths(join(folder, 'one'), 'a');
    await expect(reclaim(machine, paths, cluster)).resolves.toBeUndefined();
    await giveBack(machine, paths);
    await take('two');
    await expect(reclaim(machine, paths, cluster)).rejects.toThrow(`port ${cluster.apiPort} is in use`);
  });

  it('leaves nothing on the machine once all is given back', async () => {
    await Promise.all([take('one'), take('two')]);
    await Promise.all(['one', 'two'].map((home) => giveBack(machine, clusterPaths(join(folder, home), 'a'))));
    expect(existsSync(machine)).toBe(false);
  });
});
