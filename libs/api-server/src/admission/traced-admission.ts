import { SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { Attribute, isTracing, SpanName, withSpan } from '@skiff/platform';
import type { Admission } from './chain';
import type { AdmissionPlugin, AdmissionStep } from './plugin';

/** In milliseconds; a plugin that takes less shows only in the span of its phase. */
const worthSpan = 1;

/** The same plugins, each with a span when it took its time or refused. The same ones where nothing is traced. */
export function tracePlugins(
  plugins: readonly AdmissionPlugin[],
  tracer: Tracer,
  monotonic: () => number,
): readonly AdmissionPlugin[] {
  if (!isTracing(tracer)) return plugins;
  return plugins.map((plugin) => {
    const traced = <Result>(step: AdmissionStep<Result>): AdmissionStep<Result> => ({
      ...step,
      // Of a request whose trace is not kept nothing is watched, and nothing waited for that need not be.
      run: (request) =>
        isRecording() ? inSpan(plugin.name, tracer, monotonic, () => step.run(request)) : step.run(request),
    });
    const { mutate, validate } = plugin;
    return {
      ...plugin,
      ...(mutate ? { mutate: traced(mutate) } : {}),
      ...(validate ? { validate: traced(validate) } : {}),
    };
  });
}

/** The same admission, whose phases show as spans. The same one where nothing is traced. */
export function traceAdmission(admission: Admission, tracer: Tracer): Admission {
  if (!isTracing(tracer)) return admission;
  const inPhase = <Result>(name: string, run: () => Result | Promise<Result>): Result | Promise<Result> =>
    isRecording() ? withSpan(tracer, SpanName.admission(name), {}, run) : run();
  return {
    mutate: (request) => inPhase('mutating', () => admission.mutate(request)),
    validate: (request) => inPhase('validating', () => admission.validate(request)),
    replan: () => admission.replan(),
  };
}

const isRecording = (): boolean => trace.getActiveSpan()?.isRecording() === true;

async function inSpan<Result>(
  plugin: string,
  tracer: Tracer,
  monotonic: () => number,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const startTime = monotonic();
  let refusal: string | undefined;
  try {
    return await run();
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    const endTime = monotonic();
    if (refusal !== undefined || endTime - startTime >= worthSpan) {
      const span = tracer.startSpan(SpanName.admissionPlugin, {
        startTime,
        attributes: { [Attribute.plugin]: plugin },
      });
      if (refusal !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: refusal });
      span.end(endTime);
    }
  }
}
