/**
 * Runs `count` calls in batches of 1, 2, 4, … as long as a whole batch succeeds, so
 * that a call that always fails (a quota, a webhook) costs few requests. Returns how
 * many succeeded and the first error. As slowStartBatch of the ReplicaSet controller.
 */
export async function slowStart(
  count: number,
  call: (index: number) => Promise<void>,
): Promise<{ successes: number; error?: unknown }> {
  let successes = 0;
  let next = 0;
  for (let size = Math.min(count, 1); size > 0; size = Math.min(2 * size, count - next)) {
    const start = next;
    next += size;
    const results = await Promise.allSettled(Array.from({ length: size }, (_, index) => call(start + index)));
    successes += results.filter((result) => result.status === 'fulfilled').length;
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) return { successes, error: failure.reason };
  }
  return { successes };
}
