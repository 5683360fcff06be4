import { child, type ErrorList, nonNegative, oneOf, portName, portNumber } from '@skiff/apimachinery';
import type { corev1, IntOrString } from '@skiff/contracts';

export function validatePortOrName(port: IntOrString | undefined, path: string, to: ErrorList): void {
  if (typeof port === 'string') to.all(path, port, portName(port));
  else to.all(path, port ?? 0, portNumber(port ?? 0));
}

interface Handler {
  readonly exec?: corev1.ExecAction | undefined;
  readonly httpGet?: corev1.HTTPGetAction | undefined;
  readonly tcpSocket?: corev1.TCPSocketAction | undefined;
  readonly grpc?: corev1.GRPCAction | undefined;
  readonly sleep?: corev1.SleepAction | undefined;
}

function validateHttpGet(action: corev1.HTTPGetAction, path: string, to: ErrorList): void {
  if (!action.path) to.required(child(path, 'path'));
  validatePortOrName(action.port, child(path, 'port'), to);
  oneOf(action.scheme, ['HTTP', 'HTTPS'], child(path, 'scheme'), to);
  for (const header of action.httpHeaders ?? []) {
    if (!/^[-A-Za-z0-9]+$/.test(header.name ?? ''))
      to.invalid(
        child(path, 'httpHeaders'),
        header.name ?? '',
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      );
  }
}

/** Exactly one way to act. */
function validateHandler(handler: Handler, grace: number | undefined, path: string, to: ErrorList): void {
  let found = 0;
  const only = (name: string, check: () => void): void => {
    if (found > 0) to.forbidden(child(path, name), 'may not specify more than 1 handler type');
    else {
      found += 1;
      check();
    }
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec) only('exec', () => exec.command?.length || to.required(`${child(path, 'exec')}.command`));
  if (httpGet) only('httpGet', () => validateHttpGet(httpGet, child(path, 'httpGet'), to));
  if (tcpSocket) only('tcpSocket', () => validatePortOrName(tcpSocket.port, `${child(path, 'tcpSocket')}.port`, to));
  if (grpc) only('grpc', () => to.all(`${child(path, 'grpc')}.port`, grpc.port ?? 0, portNumber(grpc.port ?? 0)));
  if (sleep)
    only('sleep', () => {
      const seconds = sleep.seconds ?? 0;
      if (seconds < 0 || (grace !== undefined && seconds > grace))
        to.invalid(
          child(path, 'sleep'),
          seconds,
          `must be non-negative and less than terminationGracePeriodSeconds (${grace ?? 0}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`,
        );
    });
  if (found === 0) to.required(path, 'must specify a handler type');
}

function validateProbe(probe: corev1.Probe, grace: number | undefined, path: string, to: ErrorList): void {
  validateHandler(probe, grace, path, to);
  nonNegative(probe.initialDelaySeconds, child(path, 'initialDelaySeconds'), to);
  nonNegative(probe.timeoutSeconds, child(path, 'timeoutSeconds'), to);
  nonNegative(probe.periodSeconds, child(path, 'periodSeconds'), to);
  nonNegative(probe.successThreshold, child(path, 'successThreshold'), to);
  nonNegative(probe.failureThreshold, child(path, 'failureThreshold'), to);
  if (probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0)
    to.invalid(
      child(path, 'terminationGracePeriodSeconds'),
      probe.terminationGracePeriodSeconds,
      'must be greater than 0',
    );
}

/** Hooks and probes of a container. */
export function validateLifecycleAndProbes(
  container: corev1.Container,
  grace: number | undefined,
  path: string,
  to: ErrorList,
): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const hooks = child(path, 'lifecycle');
  if (lifecycle?.postStart) validateHandler(lifecycle.postStart, grace, child(hooks, 'postStart'), to);
  if (lifecycle?.preStop) validateHandler(lifecycle.preStop, grace, child(hooks, 'preStop'), to);
  const onceOnly = (probe: corev1.Probe, at: string): void => {
    validateProbe(probe, grace, at, to);
    if (probe.successThreshold !== 1)
      to.invalid(child(at, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1');
  };
  if (livenessProbe) onceOnly(livenessProbe, child(path, 'livenessProbe'));
  if (readinessProbe) {
    const at = child(path, 'readinessProbe');
    validateProbe(readinessProbe, grace, at, to);
    if (readinessProbe.terminationGracePeriodSeconds !== undefined)
      to.invalid(
        child(at, 'terminationGracePeriodSeconds'),
        readinessProbe.terminationGracePeriodSeconds,
        'must not be set for readinessProbes',
      );
  }
  if (startupProbe) onceOnly(startupProbe, child(path, 'startupProbe'));
}
