import type { ApiObject } from '@skiff/apimachinery';
import type { AdmissionObserver, PhaseName, StepObserver } from './observer';
import type { AdmissionPhases } from './phases';
import type { AdmissionPlugin, AdmissionStep } from './plugin';
import type { Operation } from './request';
import type { AdmissionTarget } from './target';

/** A plugin's part in a plan. */
export interface PlannedStep<Result> {
  /** Absent where the plugin handles the operation and has nothing to do with the resource. */
  readonly run: AdmissionStep<Result>['run'] | undefined;
  readonly reinvokes: boolean;
  readonly observer: StepObserver;
}

/** The steps of a phase for one operation on one resource. */
export interface PhasePlan<Result> {
  readonly steps: readonly PlannedStep<Result>[];
  /** Whether no step has anything to do. */
  readonly isIdle: boolean;
  /** Watches all of them together. */
  readonly observer: StepObserver;
}

/** What a write of one operation on one resource goes through. */
export interface AdmissionPlan {
  readonly mutate: PhasePlan<ApiObject | undefined>;
  readonly validate: PhasePlan<void>;
}

/** Finds out which plugins handle an operation, and which of those have something to do with the resource. */
export function planAdmission(
  { mutating, validating }: AdmissionPhases,
  target: AdmissionTarget,
  operation: Operation,
  observer: AdmissionObserver,
): AdmissionPlan {
  const stepsOf = <Result>(
    phase: PhaseName,
    plugins: readonly AdmissionPlugin[],
    of: (plugin: AdmissionPlugin) => AdmissionStep<Result> | undefined,
  ): PhasePlan<Result> => {
    const steps = plugins.flatMap((plugin) => {
      const step = of(plugin);
      if (!step || !plugin.operations.includes(operation)) return [];
      const run = isFor(step, target, operation) ? step.run.bind(step) : undefined;
      const { name, reinvokes = false } = plugin;
      return [{ run, reinvokes, observer: observer.observe(phase, operation, name) }];
    });
    return { steps, isIdle: steps.every(({ run }) => !run), observer: observer.observe(phase, operation) };
  };
  return {
    mutate: stepsOf('mutate', mutating, ({ mutate }) => mutate),
    validate: stepsOf('validate', validating, ({ validate }) => validate),
  };
}

function isFor(step: AdmissionStep<unknown>, target: AdmissionTarget, operation: Operation): boolean {
  const { operations } = step;
  if (operations && !operations.includes(operation)) return false;
  return isNamed(step, target) && (step.applies?.(target, operation) ?? true);
}

function isNamed(
  { resources }: AdmissionStep<unknown>,
  { resource: { group, resource }, subresource }: AdmissionTarget,
): boolean {
  if (!resources) return true;
  const name = group ? `${resource}.${group}` : resource;
  return resources.some((one) => one === `${name}/*` || one === (subresource ? `${name}/${subresource}` : name));
}
