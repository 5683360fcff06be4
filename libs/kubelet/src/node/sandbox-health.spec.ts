import { Kinds, type corev1 } from '@skiff/contracts';
import { silentLogger, systemClock } from '@skiff/platform';
import { ImageGarbageCollector } from '../images/image-gc';
import { imagesInUse } from '../images/images-in-use';
import { RuntimeError } from '../runtime/runtime-error';
import { missingForContainerd, testSandboxImage } from '../testing/test-containerd';
import { eventually } from '../testing/test-kubelet';
import { forever, hostPod, TestNode } from '../testing/test-node';
import { SandboxHealth } from './sandbox-health';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;
const anImage = { id: 'pause', tags: [], digests: [], size: 1, username: '', pinned: false };

describe('whether a node can make sandboxes', () => {
  /** Health of a node whose runtime has an image of sandboxes, or lacks it, and what it told. */
  function aNode(start: { image: string | undefined; there: boolean; canPull: boolean }) {
    const state = { ...start };
    const changes: (string | undefined)[] = [];
    const health: SandboxHealth = new SandboxHealth({
      logger: silentLogger,
      onChange: () => void changes.push(health.problem),
      runtime: {
        settings: async () => ({ sandboxImage: state.image, appArmor: true }),
        images: {
          imageStatus: async () => (state.there ? anImage : undefined),
          pullImage: async (reference) => {
            if (!state.canPull) throw new RuntimeError('NotFound', 'no such image');
            return reference;
          },
        },
      },
    });
    return { state, health, changes };
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('is no question while the image is there: then the pod is to blame', async () => {
    const { health, changes } = aNode({ image: 'pause', there: true, canPull: false });
    health.failed('a port is taken');
    await settle();
    expect(changes).toEqual([]);
  });

  it('is no question for a runtime that does not say what it makes them from', async () => {
    const { health, changes } = aNode({ image: undefined, there: false, canPull: false });
    health.failed('no idea');
    await settle();
    expect(changes).toEqual([]);
  });

  it('is told when the image is missing, once, and when it is back', async () => {
    const { state, health, changes } = aNode({ image: 'pause', there: false, canPull: false });
    for (const cause of ['first', 'second']) {
      health.failed(cause);
      await settle();
    }
    expect(changes).toEqual(['first']);
    state.there = true;
    health.check();
    await settle();
    expect(changes).toEqual(['first', undefined]);
  });

  it('ends when the image can be pulled, or when one is made', async () => {
    const { state, health, changes } = aNode({ image: 'pause', there: false, canPull: false });
    health.failed('x');
    await settle();
    state.canPull = true;
    health.check();
    await settle();
    state.canPull = false;
    health.failed('y');
    await settle();
    health.succeeded();
    expect(changes).toEqual(['x', undefined, 'y', undefined]);
  });
});

withContainers(`the image of sandboxes${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-sandbox-image-${process.pid}`);
  }, 30_000);

  afterAll(() => node.stop(), 30_000);

  const ready = (): corev1.NodeCondition | undefined =>
    node.client.peek(Kinds.Node, 'n1')?.status?.conditions?.find(({ type }) => type === 'Ready');

  it('stays however full the file system is, and unused ones go', async () => {
    const { runtime } = node.containerd;
    const collector = new ImageGarbageCollector({
      images: runtime.images,
      clock: systemClock,
      logger: silentLogger,
      inUse: () => imagesInUse(runtime, []),
      lastUsed: () => 0,
      warn: () => undefined,
      capacity: async () => ({ capacity: 2 ** 40, available: 0 }),
    });
    await expect(collector.collect()).rejects.toThrow('Failed to garbage collect required amount of images.');
    expect((await runtime.images.listImages()).flatMap(({ tags }) => tags)).toEqual([testSandboxImage]);
    await node.containerd.loadTestImage();
  });

  it('counts as used while a sandbox was made from it, whatever the runtime makes them from now', async () => {
    const { runtime } = node.containerd;
    await node.create(hostPod('holds', [{ name: 'c', command: forever }]));
    await eventually(() => node.isReady('holds'));
    const id = (await runtime.images.imageStatus(testSandboxImage))?.id ?? '';
    const used = await imagesInUse(
      {
        settings: async () => ({ sandboxImage: 'another:1', appArmor: true }),
        images: runtime.images,
        listContainers: () => runtime.listContainers(),
        listSandboxImages: () => runtime.listSandboxImages(),
      },
      [],
    );
    expect([...used]).toEqual(expect.arrayContaining(['another:1', id]));
    await node.remove('holds');
  });

  it('has the node say that it is not ready while it is missing, until it is there again', async () => {
    await eventually(() => ready()?.status === 'True');
    await node.containerd.runtime.images.removeImage(testSandboxImage);
    await node.create(hostPod('waits', [{ name: 'c', command: forever }]));
    await eventually(() => ready()?.status === 'False');
    expect(ready()).toMatchObject({ reason: 'KubeletNotReady' });
    const cause = `container runtime cannot make sandboxes: failed to get sandbox image "${testSandboxImage}"`;
    expect(ready()?.message).toContain(cause);
    await node.containerd.loadSandboxImage();
    await eventually(() => node.isReady('waits') && ready()?.status === 'True');
    await node.remove('waits');
  });
});
