import type { ApiObject } from '@skiff/apimachinery';
import type { AdmissionAttributes } from './attributes';
import { nobody, type AdmissionObserver } from './observer';
import type { AdmissionPhases } from './phases';
import { planAdmission, type AdmissionPlan, type PhasePlan, type PlannedStep } from './plan';
import type { Operation } from './request';
import type { AdmissionTarget } from './target';

/** What writes go through on their way to the store. It throws what a plugin refuses with. */
export interface Admission {
  /** Gives the object as plugins want it, which the request has from then on. */
  mutate<T extends ApiObject | undefined>(request: AdmissionAttributes<T>): T | Promise<T>;
  validate(request: AdmissionAttributes): void | Promise<void>;
  /** Has to be called when a plugin has to do with other writes than before. */
  replan(): void;
}

/** Takes what a step gives; tells whether all mutating plugins are to see it once more. */
type Accept<Result> = (request: AdmissionAttributes, result: Result, step: PlannedStep<Result>) => boolean;

/**
 * Runs plugins one after another, in the order given. Which of them a write concerns is found out once for each
 * operation on each resource.
 */
export class AdmissionChain implements Admission {
  private plans = new WeakMap<AdmissionTarget, Map<Operation, AdmissionPlan>>();

  constructor(
    private readonly phases: AdmissionPhases,
    private readonly observer: AdmissionObserver = nobody,
  ) {}

  mutate<T extends ApiObject | undefined>(request: AdmissionAttributes<T>): T | Promise<T> {
    const { mutate } = this.planOf(request);
    if (!mutate.isIdle) return this.run(mutate, request, replaceObject).then(() => request.object);
    passBy(mutate);
    return request.object;
  }

  validate(request: AdmissionAttributes): void | Promise<void> {
    const { validate } = this.planOf(request);
    if (!validate.isIdle) return this.run(validate, request, () => false);
    passBy(validate);
  }

  replan(): void {
    this.plans = new WeakMap();
  }

  private planOf({ target, operation }: AdmissionAttributes): AdmissionPlan {
    let plans = this.plans.get(target);
    if (!plans) this.plans.set(target, (plans = new Map()));
    let plan = plans.get(operation);
    if (!plan) plans.set(operation, (plan = planAdmission(this.phases, target, operation, this.observer)));
    return plan;
  }

  private async run<Result>(
    plan: PhasePlan<Result>,
    request: AdmissionAttributes,
    accept: Accept<Result>,
  ): Promise<void> {
    const began = this.observer.now();
    try {
      if (await this.runSteps(plan, request, accept, began)) {
        request.isReinvocation = true;
        await this.runSteps(plan, request, accept, this.observer.now());
      }
    } catch (error) {
      plan.observer.end(began, true);
      throw error;
    }
    plan.observer.end(began, false);
  }

  private async runSteps<Result>(
    { steps }: PhasePlan<Result>,
    request: AdmissionAttributes,
    accept: Accept<Result>,
    began: number,
  ): Promise<boolean> {
    let again = false;
    for (const step of steps) {
      const { run, observer } = step;
      if (!run) {
        observer.skip();
        continue;
      }
      try {
        const given = run(request);
        // Most have nothing to wait for.
        const result = given instanceof Promise ? await given : given;
        if (accept(request, result, step)) again = true;
      } catch (error) {
        observer.end(began, true);
        throw error;
      }
      began = observer.end(began, false);
    }
    return again;
  }
}

/** A change is another object; upstream asks for another look where a webhook made it. */
const replaceObject: Accept<ApiObject | undefined> = (request, object, { reinvokes }) => {
  if (object === undefined || object === request.object) return false;
  request.object = object;
  return reinvokes;
};

function passBy({ steps, observer }: PhasePlan<unknown>): void {
  for (const step of steps) step.observer.skip();
  observer.skip();
}
