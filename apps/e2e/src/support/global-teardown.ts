import { TestCluster } from './cluster';

/** Ends the shared cluster and removes every trace of it. */
export default async function globalTeardown(): Promise<void> {
  await TestCluster.shared().stop();
}
