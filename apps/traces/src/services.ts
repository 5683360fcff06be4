import type { otlpcollectorv1, skifftracesv1 } from '@skiff/contracts';
import { callCredentials, type Guard } from '@skiff/client-runtime';
import { badRequest } from '@skiff/apimachinery';
import { unary, type CallContext } from '@skiff/platform';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { decodeExport } from './otlp/decode';
import { explain } from './query/causal-tree';
import type { SpanStore } from './store/span-store';

const defaultMaxSpans = 2_000;

type KnowsCallers = Pick<Guard, 'user'>;

/** Takes spans: opentelemetry.proto.collector.trace.v1.TraceService. Without a guard, all writers are one. */
export function collectorHandlers(
  store: SpanStore,
  guard?: KnowsCallers,
): otlpcollectorv1.TraceServiceServer & UntypedServiceImplementation {
  return {
    export: unary(
      async (
        request: otlpcollectorv1.ExportTraceServiceRequest,
        context,
      ): Promise<otlpcollectorv1.ExportTraceServiceResponse> => {
        const writer = await writerOf(guard, context);
        for (const span of decodeExport(request)) store.add(span, writer);
        return {};
      },
    ),
  };
}

async function writerOf(guard: KnowsCallers | undefined, { certificate, metadata }: CallContext): Promise<string> {
  return guard ? (await guard.user(callCredentials(certificate, metadata))).name : '';
}

/** Answers what caused what: skiff.traces.v1.TraceQueryService. */
export function queryHandlers(store: SpanStore): skifftracesv1.TraceQueryServiceServer & UntypedServiceImplementation {
  return {
    explain: unary((request: skifftracesv1.ExplainRequest): Promise<skifftracesv1.ExplainResponse> => {
      const { kind = '', namespace = '', name = '', uid = '', limit, maxSpans } = request;
      if (kind === '' || name === '') return Promise.reject(badRequest('kind and name are required'));
      const options = { limit: limit || 1, maxSpans: maxSpans || defaultMaxSpans };
      return Promise.resolve(explain(store, { kind, namespace, name, uid }, options));
    }),
  };
}
