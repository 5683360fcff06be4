import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { corev1 } from '@skiff/contracts';
import { RuntimeError } from '../runtime/runtime-error';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import { grpcProbe } from './grpc-probe';
import type { ProbeResult } from './probe-result';

export interface ProbeTarget {
  readonly containerId: string;
  readonly podIp: string;
  /** Named ports of the container. */
  readonly ports: readonly corev1.ContainerPort[];
}

const maxBody = 10 * 1024;

/** Runs one probe once. Never rejects. */
export async function runProbe(
  runtime: StreamingRuntime,
  target: ProbeTarget,
  probe: corev1.Probe,
): Promise<ProbeResult> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec !== undefined) return execProbe(runtime, target, probe.exec.command ?? [], probe.timeoutSeconds ?? 1);
  try {
    if (probe.httpGet !== undefined) return await httpProbe(target, probe.httpGet, timeout);
    if (probe.tcpSocket !== undefined) {
      const { host, port } = probe.tcpSocket;
      return await tcpProbe(host ?? target.podIp, resolvePort(port, target), timeout);
    }
    if (probe.grpc !== undefined) {
      return await grpcProbe(target.podIp, probe.grpc.port ?? 0, probe.grpc.service ?? '', timeout);
    }
  } catch (error) {
    return { outcome: 'failure', output: (error as Error).message };
  }
  return { outcome: 'success', output: '' };
}

async function execProbe(
  runtime: StreamingRuntime,
  target: ProbeTarget,
  command: readonly string[],
  timeoutSeconds: number,
): Promise<ProbeResult> {
  try {
    const { stdout, stderr, exitCode } = await runtime.execSync(target.containerId, command, timeoutSeconds);
    const output = Buffer.concat([stdout, stderr]).subarray(0, maxBody).toString('utf8');
    return { outcome: exitCode === 0 ? 'success' : 'failure', output };
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'DeadlineExceeded') {
      return {
        outcome: 'failure',
        output: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutSeconds}s`,
      };
    }
    return { outcome: 'unknown', output: (error as Error).message };
  }
}

/** A port by number or by the name that the container gives it. */
export function resolvePort(port: string | number | undefined, target: Pick<ProbeTarget, 'ports'>): number {
  if (typeof port === 'number') return port;
  const named = target.ports.find((candidate) => candidate.name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number) || number <= 0 || number > 65535) {
    throw new Error(`couldn't find port: ${JSON.stringify(port ?? '')}`);
  }
  return number;
}

/** The URL that an HTTP action asks. */
export function actionUrl(action: corev1.HTTPGetAction, target: ProbeTarget): string {
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host === undefined || action.host === '' ? target.podIp : action.host;
  const shown = host.includes(':') ? `[${host}]` : host;
  const path = action.path === undefined || action.path === '' ? '/' : action.path;
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return `${scheme}://${shown}:${resolvePort(action.port, target)}${absolute}`;
}

export function httpGet(
  url: string,
  headers: readonly corev1.HTTPHeader[],
  timeout: number,
): Promise<{ status: number; body: string }> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent: Record<string, string[]> = {};
  for (const { name = '', value = '' } of headers) (sent[name.toLowerCase()] ??= []).push(value);
  sent['user-agent'] ??= ['kube-probe/1.35'];
  sent['accept'] ??= ['*/*'];
  const { host, ...rest } = sent;
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        headers: { ...rest, ...(host === undefined ? {} : { host: host[0] ?? '' }) },
        agent: false,
        rejectUnauthorized: false,
        signal: AbortSignal.timeout(timeout),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          if (size < maxBody) chunks.push(chunk);
          size += chunk.length;
        });
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).subarray(0, maxBody).toString('utf8'),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end();
  });
}

async function httpProbe(target: ProbeTarget, action: corev1.HTTPGetAction, timeout: number): Promise<ProbeResult> {
  const url = actionUrl(action, target);
  try {
    const { status, body } = await httpGet(url, action.httpHeaders ?? [], timeout);
    if (status >= 200 && status < 400) return { outcome: 'success', output: body };
    return { outcome: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    const cause = dialError(error, new URL(url).host);
    return { outcome: 'failure', output: `Get "${url}": ${cause}` };
  }
}

function tcpProbe(host: string, port: number, timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeout);
    const fail = (error: unknown): void => {
      socket.destroy();
      resolve({ outcome: 'failure', output: dialError(error, `${host}:${port}`) });
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve({ outcome: 'success', output: '' });
    });
    socket.once('timeout', () => fail({ code: 'ETIMEDOUT' }));
    socket.once('error', fail);
  });
}

const dialCauses: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

/** A failed connection in the words that Go has for it. */
function dialError(error: unknown, address: string): string {
  const { code, name, message, syscall } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') {
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  }
  const cause = dialCauses[code ?? ''];
  if (cause !== undefined) return `dial tcp ${address}: ${cause}`;
  if (code === 'ECONNRESET') return syscall === 'read' ? `read tcp ${address}: connection reset by peer` : 'EOF';
  return message ?? String(code);
}
