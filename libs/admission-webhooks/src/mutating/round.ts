import { cloneJson, sameValue, type ApiObject } from '@skiff/apimachinery';
import type { Hook } from '../configuration/hook';

/**
 * Which webhooks are to be asked once more about a write.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/reinvocationcontext.go.
 */
export class Rounds {
  private asked = new Set<Hook>();
  private readonly again = new Set<Hook>();
  private left: ApiObject | undefined;

  /** A webhook was asked that wants to be asked again when somebody after it changes the object. */
  add(hook: Hook): void {
    this.asked.add(hook);
  }

  /** Somebody changed the object: those who were asked before have not seen that. */
  changed(): void {
    for (const hook of this.asked) this.again.add(hook);
    this.asked = new Set();
  }

  /** The webhooks leave the object like this, for now. */
  leave(object: ApiObject | undefined): void {
    if (this.asked.size + this.again.size > 0) this.left = object && cloneJson(object);
  }

  /** They are asked once more: other plugins may have changed the object. */
  enter(object: ApiObject | undefined): void {
    if (!sameValue(this.left, object)) this.changed();
  }

  isAskedAgain(hook: Hook): boolean {
    return this.again.has(hook);
  }
}
