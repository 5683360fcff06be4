import { context, trace, type Context, type Tracer } from '@opentelemetry/api';
import type { metav1 } from '@skiff/contracts';
import {
  Attribute,
  contextFrom,
  isSampled,
  isTracing,
  objectAttributes,
  SpanName,
  traceparentAnnotation,
  withSpan,
  type SpanInput,
} from '@skiff/platform';
import type { ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';
import {
  Operations,
  type Caller,
  type Change,
  type DeleteResult,
  type OperationsOptions,
  type Target,
  type WriteOptions,
} from './operations';

/**
 * Operations with a span for each write, which says what object it was about. It is
 * the span that is stored beside the object, so each of many writes in one stream or
 * batch has causes and effects of its own.
 */
export class TracedOperations extends Operations {
  constructor(
    options: OperationsOptions,
    private readonly tracer: Tracer,
  ) {
    super(options);
  }

  override create(target: Target, object: ApiObject, caller: Caller, options: WriteOptions): Promise<CachedObject> {
    const { parent, body } = this.isBinding(target) ? takeParent(object) : { parent: undefined, body: object };
    const verb = target.subresource || 'create';
    const cause = parent ? undefined : object.metadata?.annotations?.[traceparentAnnotation];
    return this.traced(verb, target, caller, { parent, cause }, () => super.create(target, body, caller, options));
  }

  override update(target: Target, change: Change, caller: Caller, options: WriteOptions): Promise<CachedObject> {
    const verb = 'object' in change ? 'update' : 'patch';
    return this.traced(verb, target, caller, {}, () => super.update(target, change, caller, options));
  }

  override delete(
    target: Target,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<DeleteResult> {
    const run = (): Promise<DeleteResult> => super.delete(target, options, caller, dryRun);
    return this.traced('delete', target, caller, {}, run);
  }

  private isBinding({ definition, subresource }: Target): boolean {
    return definition.kind.plural === 'pods' && subresource === 'binding';
  }

  private traced<T>(
    verb: string,
    target: Target,
    caller: Caller,
    { parent, cause }: { parent?: Context | undefined; cause?: string | undefined },
    run: () => Promise<T>,
  ): Promise<T> {
    if (!isTracing(this.tracer)) return run();
    if (cause === undefined && !isSampled(parent ?? context.active())) return run();
    const { definition, namespace, name, subresource } = target;
    const { kind } = definition.kind;
    const attributes = {
      [Attribute.verb]: verb,
      [Attribute.user]: caller.user.name,
      ...(subresource && subresource !== verb ? { [Attribute.subresource]: subresource } : {}),
      ...objectAttributes({ kind, metadata: { namespace, name } }),
    };
    const causes = cause === undefined ? [] : [{ traceparent: cause }];
    const input: SpanInput = { attributes, causes, ...(parent ? { parent } : {}) };
    return withSpan(this.tracer, SpanName.apiRequest, input, async (span) => {
      const result = await run();
      const written = objectIn(result);
      // The answer of an action may be of another kind; what was written is known by its own.
      if (written?.kind === kind) span.setAttributes(objectAttributes(written));
      return result;
    });
  }
}

function objectIn(result: unknown): ApiObject | undefined {
  if (typeof result !== 'object' || result === null || !('object' in result)) return undefined;
  const { object } = result as { object: ApiObject | { object: ApiObject } };
  return 'object' in object ? object.object : object;
}

/** A batch carries the trace of each binding in an annotation of it, which the pod does not get. */
function takeParent(binding: ApiObject): { parent: Context | undefined; body: ApiObject } {
  const { [traceparentAnnotation]: traceparent, ...annotations } = binding.metadata?.annotations ?? {};
  if (traceparent === undefined) return { parent: undefined, body: binding };
  const parent = contextFrom({ traceparent });
  const metadata = { ...binding.metadata, annotations };
  if (Object.keys(annotations).length === 0) delete (metadata as metav1.ObjectMeta).annotations;
  return { parent: trace.getSpanContext(parent) ? parent : undefined, body: { ...binding, metadata } };
}
