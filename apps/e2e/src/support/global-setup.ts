import { TestCluster } from './cluster';

/** Starts the cluster that all tests share. */
export default async function globalSetup(): Promise<void> {
  const cluster = await TestCluster.start({ name: 'e2e' });
  process.env['SKIFF_E2E_NAME'] = cluster.name;
  process.env['SKIFF_E2E_HOME'] = cluster.home;
}
