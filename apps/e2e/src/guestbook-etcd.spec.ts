import { TestCluster } from './support/cluster';
import { describeGuestbook } from './support/guestbook-suite';

describeGuestbook('on etcd', async () => {
  const cluster = await TestCluster.start({ name: 'e2e-etcd', store: 'etcd' });
  return { cluster, end: () => cluster.stop() };
});
