import { performance } from 'node:perf_hooks';
import { SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { Attribute, isTracing, SpanName, withSpan } from '@skiff/platform';
import { AdmissionChain, type AdmissionObserver, type AdmissionPlugin, type AdmissionRequest } from './admission';

/** A plugin that takes less shows only in the span of its phase. */
const worthSpan = 1;

/** A chain whose phases show as spans, with one for each plugin that took its time or refused. */
export class TracedAdmissionChain extends AdmissionChain {
  constructor(
    plugins: readonly AdmissionPlugin[],
    private readonly tracer: Tracer,
    observer?: AdmissionObserver,
  ) {
    super(
      plugins.map((plugin) => traced(plugin, tracer)),
      observer,
    );
  }

  /** A chain that traces, or one that does not when nobody wants it. */
  static create(plugins: readonly AdmissionPlugin[], tracer: Tracer, observer: AdmissionObserver): AdmissionChain {
    return isTracing(tracer)
      ? new TracedAdmissionChain(plugins, tracer, observer)
      : new AdmissionChain(plugins, observer);
  }

  override add(plugin: AdmissionPlugin): void {
    super.add(traced(plugin, this.tracer));
  }

  override mutate(request: AdmissionRequest): Promise<void> {
    return this.phase('mutating', () => super.mutate(request));
  }

  override validate(request: AdmissionRequest): Promise<void> {
    return this.phase('validating', () => super.validate(request));
  }

  private phase(name: string, run: () => Promise<void>): Promise<void> {
    if (trace.getActiveSpan()?.isRecording() !== true) return run();
    return withSpan(this.tracer, SpanName.admission(name), {}, run);
  }
}

function traced(plugin: AdmissionPlugin, tracer: Tracer): AdmissionPlugin {
  const { mutate, validate } = plugin;
  return {
    name: plugin.name,
    ...(mutate ? { mutate: (request) => watched(plugin.name, tracer, () => mutate.call(plugin, request)) } : {}),
    ...(validate ? { validate: (request) => watched(plugin.name, tracer, () => validate.call(plugin, request)) } : {}),
  };
}

/** Of a request whose trace is not kept nothing is watched, and nothing waited for that need not be. */
function watched(plugin: string, tracer: Tracer, run: () => Promise<void> | void): Promise<void> | void {
  return trace.getActiveSpan()?.isRecording() === true ? inSpan(plugin, tracer, run) : run();
}

async function inSpan(plugin: string, tracer: Tracer, run: () => Promise<void> | void): Promise<void> {
  const start = performance.now();
  let refusal: string | undefined;
  try {
    await run();
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    const end = performance.now();
    if (refusal !== undefined || end - start >= worthSpan) {
      const attributes = { [Attribute.plugin]: plugin };
      const span = tracer.startSpan(SpanName.admissionPlugin, { startTime: start, attributes });
      if (refusal !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: refusal });
      span.end(end);
    }
  }
}
