import type { Operation } from './request';

/** To change a write, or to accept it. */
export type PhaseName = 'mutate' | 'validate';

/** Hears how long a plugin, or a phase, took with one operation. */
export interface StepObserver {
  /**
   * @param began when it did, by the observer's clock.
   * @returns when it ended.
   */
  end(began: number, rejected: boolean): number;
  /** Had nothing to do: it took no time. */
  skip(): void;
}

/** Watches how long plugins take. */
export interface AdmissionObserver {
  /** On the clock by which it measures. */
  now(): number;
  /** Watches one plugin, or, without a name, a whole phase. */
  observe(phase: PhaseName, operation: Operation, plugin?: string): StepObserver;
}

/** Watches nothing. */
export const nobody: AdmissionObserver = {
  now: () => 0,
  observe: () => ({ end: () => 0, skip: () => undefined }),
};
