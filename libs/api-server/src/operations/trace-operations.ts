import { context, trace, type Context, type Tracer } from '@opentelemetry/api';
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
import type { Caller, Operations, OperationTarget } from './operations';

/** Where a write belongs: in another trace than the request's own, or caused by another. */
interface Origin {
  readonly parent?: Context | undefined;
  readonly cause?: string | undefined;
}

/**
 * The same operations with a span for each write, which says what object it was about. It is the span that
 * is stored beside the object, so each of many writes in one stream or batch has causes and effects of its own.
 */
export function traceOperations(operations: Operations, tracer: Tracer): Operations {
  if (!isTracing(tracer)) return operations;
  const traced = <T>(
    verb: string,
    target: OperationTarget,
    { user }: Caller,
    { parent, cause }: Origin,
    run: () => Promise<T>,
  ): Promise<T> => {
    if (cause === undefined && !isSampled(parent ?? context.active())) return run();
    const { definition, namespace, name, subresource } = target;
    const { kind } = definition.kind;
    const attributes = {
      [Attribute.verb]: verb,
      [Attribute.user]: user.name,
      ...(subresource && subresource !== verb ? { [Attribute.subresource]: subresource } : {}),
      ...objectAttributes({ kind, metadata: { namespace, name } }),
    };
    const causes = cause === undefined ? [] : [{ traceparent: cause }];
    const input: SpanInput = { attributes, causes, ...(parent ? { parent } : {}) };
    return withSpan(tracer, SpanName.apiRequest, input, async (span) => {
      const result = await run();
      const written = objectIn(result);
      // The answer of an action may be of another kind; what was written is known by its own.
      if (written?.kind === kind) span.setAttributes(objectAttributes(written));
      return result;
    });
  };
  return {
    bodyKind: (target) => operations.bodyKind(target),
    action: (target) => operations.action(target),
    get: (target, resourceVersion) => operations.get(target, resourceVersion),
    list: (target, options) => operations.list(target, options),
    watch: (target, options) => operations.watch(target, options),
    create: (target, object, caller, options) => {
      const origin = originOf(object, operations.action(target) !== undefined);
      const run = () => operations.create(target, object, caller, options);
      return traced(target.subresource || 'create', target, caller, origin, run);
    },
    update: (target, change, caller, options) => {
      const run = () => operations.update(target, change, caller, options);
      return traced('object' in change ? 'update' : 'patch', target, caller, {}, run);
    },
    apply: (target, configuration, caller, options) =>
      traced('apply', target, caller, {}, () => operations.apply(target, configuration, caller, options)),
    delete: (target, options, caller, dryRun) =>
      traced('delete', target, caller, {}, () => operations.delete(target, options, caller, dryRun)),
    deleteCollection: (target, list, options, caller, dryRun) =>
      operations.deleteCollection(target, list, options, caller, dryRun),
  };
}

/** What an object is caused by, as its annotation says; what asks for an action belongs to the trace that it names. */
function originOf({ metadata }: ApiObject, isAction: boolean): Origin {
  const traceparent = metadata?.annotations?.[traceparentAnnotation];
  if (traceparent === undefined || !isAction) return { cause: traceparent };
  const parent = contextFrom({ traceparent });
  return trace.getSpanContext(parent) ? { parent } : {};
}

function objectIn(result: unknown): ApiObject | undefined {
  if (typeof result !== 'object' || result === null || !('object' in result)) return undefined;
  const { object } = result as { object: ApiObject | { object: ApiObject } };
  return 'object' in object ? object.object : object;
}
