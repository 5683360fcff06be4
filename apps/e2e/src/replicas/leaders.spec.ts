import type { appsv1, coordinationv1, corev1 } from '@skiff/contracts';
import { busyboxDeployment } from '../kubectl/support';
import { TestCluster } from '../support/cluster';
import { eventually } from '../support/execute';
import { provideImage } from '../support/images';
import { Twin } from './twin';

/** Short, so that nobody waits 15 s for a leader that was killed. */
const election = {
  'leader-elect-lease-duration': '4s',
  'leader-elect-renew-deadline': '3s',
  'leader-elect-retry-period': '500ms',
  'metrics-address': '',
};
const services = [
  { service: 'scheduler', lease: 'kube-scheduler', flags: { ...election, 'grpc-address': '' } },
  { service: 'controller-manager', lease: 'kube-controller-manager', flags: election },
];

describe('several schedulers and controller managers', () => {
  let cluster: TestCluster;
  const twins: Twin[] = [];
  const holder = async (lease: string): Promise<string> => {
    const { spec } = await cluster.getJson<coordinationv1.Lease>('-n', 'kube-system', 'lease', lease);
    return spec?.holderIdentity ?? '';
  };
  const holders = (): Promise<string[]> => Promise.all(services.map(({ lease }) => holder(lease)));
  const startTwins = (): void => {
    for (const { service, flags } of services) twins.push(Twin.start(cluster, service, flags));
  };
  /** As many pods as are wanted, each bound and running: nobody does the work twice. */
  const rollOut = async (name: string): Promise<void> => {
    await cluster.kubectlInput(JSON.stringify(busyboxDeployment(name, 4)), 'apply', '-f', '-');
    await cluster.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=40s');
    const pods = await cluster.getJson<corev1.PodList>('pods', '-l', `app=${name}`);
    expect(pods.items).toHaveLength(4);
    const sets = await cluster.getJson<appsv1.ReplicaSetList>('replicasets', '-l', `app=${name}`);
    expect(sets.items).toHaveLength(1);
    const events = await cluster.getJson<corev1.EventList>('events', '--field-selector', 'reason=Scheduled');
    const scheduled = (events.items ?? []).filter(({ involvedObject }) => involvedObject?.name?.startsWith(`${name}-`));
    expect(scheduled.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  };

  beforeAll(async () => {
    cluster = await TestCluster.start({ name: 'leaders', nodes: 1 });
    await provideImage(cluster, 'busybox');
    await eventually(async () => expect((await holders()).every(Boolean)).toBe(true));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(twins.map((twin) => twin.end('SIGKILL')));
    await cluster.stop();
  }, 60_000);

  it('leave the work to one, until it is asked to end: then another takes over at once', async () => {
    const first = await holders();
    startTwins();
    await rollOut('one');
    expect(await holders()).toEqual(first);
    const asked = Date.now();
    await Promise.all(services.map(({ service }) => cluster.skiff('stop', service, '--name', cluster.name)));
    await eventually(async () => {
      const now = await holders();
      expect(now.every((identity, index) => identity !== '' && identity !== first[index])).toBe(true);
    });
    // The first ones held their Leases for 15 s from a renewal that was at most 2 s ago.
    expect(Date.now() - asked).toBeLessThan(10_000);
    await rollOut('two');
  }, 90_000);

  it('take over from one that is killed when its Lease has run out', async () => {
    const first = await holders();
    await Promise.all(services.map(({ service }) => cluster.skiff('start', service, '--name', cluster.name)));
    expect(await Promise.all(twins.map((twin) => twin.end('SIGKILL')))).toEqual(['SIGKILL', 'SIGKILL']);
    await rollOut('three');
    const now = await holders();
    expect(now.every((identity, index) => identity !== first[index])).toBe(true);
  }, 90_000);
});
