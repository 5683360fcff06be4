import { TestCluster } from './support/cluster';
import { describeGuestbook } from './support/guestbook-suite';

describeGuestbook('on the embedded store', () =>
  Promise.resolve({ cluster: TestCluster.shared(), end: () => Promise.resolve() }),
);
