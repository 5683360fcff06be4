import type { corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { actionUrl, httpGet, type ProbeTarget } from '../probes/handlers';
import type { StreamingRuntime } from '../runtime/streaming-runtime';

/** Runs a postStart or preStop handler; rejects when it fails. */
export async function runHook(
  runtime: StreamingRuntime,
  clock: Clock,
  target: ProbeTarget,
  handler: corev1.LifecycleHandler,
  timeoutSeconds: number,
): Promise<void> {
  if (handler.exec !== undefined) {
    const command = handler.exec.command ?? [];
    const { exitCode, stderr } = await runtime.execSync(target.containerId, command, timeoutSeconds);
    if (exitCode !== 0)
      throw new Error(`command '${command.join(' ')}' exited with ${exitCode}: ${stderr.toString('utf8')}`);
  } else if (handler.httpGet !== undefined) {
    const timeout = timeoutSeconds === 0 ? 2 ** 31 - 1 : timeoutSeconds * 1000;
    const { status } = await httpGet(actionUrl(handler.httpGet, target), handler.httpGet.httpHeaders ?? [], timeout);
    if (status >= 400) throw new Error(`HTTP hook answered ${status}`);
  } else if (handler.sleep !== undefined) {
    await clock.sleep((handler.sleep.seconds ?? 0) * 1000);
  }
}
