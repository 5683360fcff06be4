import { Kinds } from '@skiff/contracts';
import { World } from '../testing/world';
import { CidrSet } from './plan';

describe('Pod ranges of nodes', () => {
  it('are given to each node, never twice, and given back with it', async () => {
    const world = await World.start(['node-ipam-controller'], {
      nodeIpam: { clusterCidr: '10.244.0.0/22', nodePrefix: 24 },
    });
    for (const name of ['n2', 'n3', 'n4', 'n5']) await world.addNode(name);
    await world.settle();
    const ranges = () => world.client.peekAll(Kinds.Node).map((node) => node.spec?.podCIDR);
    expect(ranges().slice(0, 4)).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24']);
    expect(ranges()[4]).toBeUndefined();
    expect(world.events('n5')[0]).toBe('Normal CIDRNotAvailable Node n5 status is now: CIDRNotAvailable');
    await world.client.delete(Kinds.Node, { name: 'n2' });
    await world.clock.advance(60_000);
    await world.calm();
    expect(world.get(Kinds.Node, 'n5').spec).toMatchObject({ podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] });
    await world.stop();
  });

  it('keep clear of a range that a node has from elsewhere', () => {
    const set = new CidrSet('10.244.0.0/22', 24);
    set.occupy('old', '10.244.0.0/23');
    expect(set.allocate('a')).toBe('10.244.2.0/24');
    expect(set.allocate('a')).toBe('10.244.2.0/24');
    expect(set.allocate('b')).toBe('10.244.3.0/24');
    expect(set.allocate('c')).toBeUndefined();
    set.release('a');
    expect(set.allocate('c')).toBe('10.244.2.0/24');
  });
});
