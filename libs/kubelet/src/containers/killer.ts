import type { corev1 } from '@skiff/contracts';
import { containerEvent } from '../events';
import type { RuntimeContainerStatus } from '../runtime/types';
import { runHook } from './hooks';
import type { NodeContext } from '../pods/node-context';
import { findContainer, isSidecar, podFullName, type SpecContainer } from '../pod-model/pod';

/** The least time that a container gets between the stop signal and the kill; upstream's minimum. */
const minimumGraceSeconds = 2;

export interface KillInput {
  readonly pod: corev1.Pod;
  readonly podIp: string;
  readonly graceSeconds: number;
  /** For the event. Empty: "Stopping container …". */
  readonly message: string;
}

/**
 * Ends one container: preStop hook, stop signal, and the kill when the grace
 * period, which the hook takes its share of, is over. Resolves when it is dead.
 */
export async function killContainer(
  context: NodeContext,
  container: Pick<RuntimeContainerStatus, 'id' | 'name'>,
  input: KillInput,
): Promise<void> {
  const { pod, graceSeconds } = input;
  const spec: SpecContainer = findContainer(pod, container.name) ?? {
    kind: 'main',
    container: { name: container.name },
  };
  const message = input.message === '' ? `Stopping container ${container.name}` : input.message;
  containerEvent(context.events, pod, spec, 'Normal', 'Killing', message);
  let left = graceSeconds;
  const preStop = spec.container.lifecycle?.preStop;
  if (preStop !== undefined && graceSeconds > 0) {
    left -= await runPreStop(context, container.id, spec, preStop, input);
    left = Math.max(left, minimumGraceSeconds);
  }
  await context.runtime.stopContainer(container.id, Math.max(0, left));
}

/** Runs the hook for at most the grace period; the seconds that it took. */
async function runPreStop(
  context: NodeContext,
  id: string,
  spec: SpecContainer,
  handler: corev1.LifecycleHandler,
  { pod, podIp, graceSeconds }: KillInput,
): Promise<number> {
  const { clock, events, logger, runtime } = context;
  const began = clock.monotonic();
  const target = { containerId: id, podIp, ports: spec.container.ports ?? [] };
  const limit = new AbortController();
  try {
    const hook = runHook(runtime, clock, target, handler, graceSeconds);
    const timeout = clock.sleep(graceSeconds * 1000, limit.signal).catch(() => undefined);
    await Promise.race([hook, timeout]);
  } catch (error) {
    logger.warn('a preStop hook failed', { pod: podFullName(pod), container: spec.container.name, error });
    containerEvent(events, pod, spec, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  } finally {
    limit.abort();
  }
  return Math.ceil((clock.monotonic() - began) / 1000);
}

/** Ends all containers of a pod, main ones together, then sidecars from the last to the first. */
export async function killContainers(
  context: NodeContext,
  containers: readonly RuntimeContainerStatus[],
  input: KillInput,
): Promise<void> {
  const sidecars = (input.pod.spec?.initContainers ?? []).filter(isSidecar).map((container) => container.name);
  const isOne = (container: RuntimeContainerStatus): boolean => sidecars.includes(container.name);
  const end = input.graceSeconds * 1000 + context.clock.monotonic();
  await Promise.all(containers.filter((each) => !isOne(each)).map((each) => killContainer(context, each, input)));
  for (const name of sidecars.reverse()) {
    const left = Math.max(0, Math.ceil((end - context.clock.monotonic()) / 1000));
    const found = containers.filter((container) => container.name === name);
    await Promise.all(found.map((each) => killContainer(context, each, { ...input, graceSeconds: left })));
  }
}
