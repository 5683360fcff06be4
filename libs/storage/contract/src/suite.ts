import { collectionChecks } from './suite/collections';
import { concurrencyChecks } from './suite/concurrency';
import type { Check, StoreHarness } from './suite/harness';
import { historyChecks } from './suite/history';
import { leaseChecks } from './suite/leases';
import { modelChecks } from './suite/model';
import { watchChecks } from './suite/watches';
import { writeChecks } from './suite/writes';

export type { Check, StoreHarness } from './suite/harness';
export { collect, next, text } from './suite/harness';

/** Every rule of the store contract, as a sentence and a check that rejects when a store breaks it. */
export const storeContract: readonly Check[] = [
  ...writeChecks,
  ...collectionChecks,
  ...watchChecks,
  ...historyChecks,
  ...leaseChecks,
  ...concurrencyChecks,
  ...modelChecks,
];

/** Tests a backend: `makeStore` gives each test a store with nothing under its keys. */
export function describeStoreContract(makeStore: () => Promise<StoreHarness>): void {
  describe('the store contract', () => {
    it.each(storeContract.map((check) => [check.rule, check] as const))('%s', async (_, check) => {
      const harness = await makeStore();
      try {
        await check.run(harness);
      } finally {
        await harness.dispose();
      }
    });
  });
}
