import { otlptracev1, type otlpcollectorv1, type otlpcommonv1 } from '@skiff/contracts';
import { idOf, type StoredSpan } from '../store/span';

/** The spans of an OTLP export, in the form in which they are kept. */
export function* decodeExport(request: otlpcollectorv1.ExportTraceServiceRequest): Generator<StoredSpan> {
  for (const { resource, scopeSpans } of request.resourceSpans ?? []) {
    const about = (name: string): string => textOf(resource?.attributes?.find(({ key }) => key === name)?.value);
    const instance = about('service.instance.id');
    const service = `${about('service.name') || 'unknown'}${instance === '' ? '' : `/${instance}`}`;
    for (const { spans } of scopeSpans ?? []) for (const span of spans ?? []) yield decodeSpan(service, span);
  }
}

function decodeSpan(service: string, span: otlptracev1.Span): StoredSpan {
  const start = span.startTimeUnixNano ?? 0n;
  const end = span.endTimeUnixNano ?? start;
  const failed = span.status?.code === otlptracev1.Status_StatusCode.STATUS_CODE_ERROR;
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    service,
    name: span.name ?? '',
    startMicros: Number(start / 1000n),
    durationMicros: Number((end - start) / 1000n),
    attributes: Object.fromEntries((span.attributes ?? []).map(({ key, value }) => [key ?? '', textOf(value)])),
    error: failed ? span.status?.message || 'failed' : '',
    links: (span.links ?? []).map((link) => idOf(hex(link.traceId), hex(link.spanId))),
  };
}

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

function textOf(value: otlpcommonv1.AnyValue | undefined): string {
  if (value === undefined) return '';
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(textOf).join(', ');
  if (value.kvlistValue)
    return (value.kvlistValue.values ?? []).map((pair) => `${pair.key}=${textOf(pair.value)}`).join(', ');
  if (value.bytesValue) return Buffer.from(value.bytesValue).toString('base64');
  return String(value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue ?? '');
}
