import type { otlpcollectorv1, skifftracesv1 } from '@skiff/contracts';
import { badRequest, unary } from '@skiff/platform';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { decodeExport } from './otlp/decode';
import { explain } from './query/causal-tree';
import type { SpanStore } from './store/span-store';

const defaultMaxSpans = 2_000;

/** Takes spans: opentelemetry.proto.collector.trace.v1.TraceService. */
export function collectorHandlers(store: SpanStore): otlpcollectorv1.TraceServiceServer & UntypedServiceImplementation {
  return {
    export: unary((request: otlpcollectorv1.ExportTraceServiceRequest) => {
      for (const span of decodeExport(request)) store.add(span);
      return Promise.resolve<otlpcollectorv1.ExportTraceServiceResponse>({});
    }),
  };
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
