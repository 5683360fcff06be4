import { systemClock } from '@skiff/platform';
import type { policyv1 } from '@skiff/contracts';
import { spend } from './eviction';

const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1) };
const budget = (status: policyv1.PodDisruptionBudgetStatus): policyv1.PodDisruptionBudget => ({
  metadata: { name: 'web', generation: 2 },
  status: { observedGeneration: 2, ...status },
});

describe('eviction', () => {
  it('spends one disruption and notes the pod', () => {
    expect(spend(budget({ disruptionsAllowed: 2 }), 'a', clock).status).toMatchObject({
      disruptionsAllowed: 1,
      disruptedPods: { a: '2026-01-01T00:00:00Z' },
    });
  });

  it('is refused when the budget is spent, in the words of the original', () => {
    const evict = (status: policyv1.PodDisruptionBudgetStatus) => () => spend(budget(status), 'a', clock);
    expect(evict({ disruptionsAllowed: 0, desiredHealthy: 2, currentHealthy: 2 })).toThrow(
      expect.objectContaining({
        code: 429,
        reason: 'TooManyRequests',
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: {
          causes: [
            {
              reason: 'DisruptionBudget',
              message: 'The disruption budget web needs 2 healthy pods and has 2 currently',
            },
          ],
        },
      }),
    );
    expect(evict({ disruptionsAllowed: 5, observedGeneration: 1 })).toThrow(
      expect.objectContaining({ code: 429, details: expect.objectContaining({ retryAfterSeconds: 10 }) as object }),
    );
  });
});
