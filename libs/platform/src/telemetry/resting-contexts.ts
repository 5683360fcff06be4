import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/**
 * Keeps the active context only while something runs in one. To follow a context, Node.js
 * has to look at every promise of the process, which costs a server a sixth of its
 * throughput; it need not while no request is traced. For services whose traced work ends
 * with the promise that it gave to `context.with`: work that goes on after that may lose
 * its context.
 */
export class RestingContexts extends AsyncLocalStorageContextManager {
  private running = 0;

  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    if (this.running === 0 && context === ROOT_CONTEXT) return fn.call(thisArg as never, ...args);
    this.running += 1;
    let result: ReturnType<F>;
    try {
      result = super.with(context, fn, thisArg, ...args);
    } catch (error) {
      this.leave();
      throw error;
    }
    if (isPromise(result)) result.then(this.leave, this.leave);
    else this.leave();
    return result;
  }

  private readonly leave = (): void => {
    this.running -= 1;
    if (this.running === 0) this.disable();
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise;
}
