import { promisify } from 'node:util';
import { Kinds, type corev1, type skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { fromServiceError } from '@skiff/platform';
import type { ServiceError } from '@grpc/grpc-js';
import type { ConnectRequest } from '../../request/handlers';
import { splitProxyPath } from './http-proxy';
import type { TargetOptions } from './target';

/**
 * Answers what upstream's kubelets answer over HTTP, by way of the kubelet's gRPC service: /healthz,
 * /pods and /stats/summary. Logs and streams have subresources of their own.
 */
export async function answerNodeRequest(
  { reader, nodes }: TargetOptions,
  node: corev1.Node,
  connect: ConnectRequest,
): Promise<void> {
  const { response } = connect;
  if (!response) throw new StatusError(400, 'BadRequest', 'there is nothing to upgrade to');
  const name = node.metadata?.name ?? '';
  const send = (type: string, body: string): void => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  };
  const stats = async (): Promise<skiffnodev1.StatsResponse> => {
    const client = await nodes.client(name);
    const ask = promisify((done: (error: ServiceError | null, answer?: skiffnodev1.StatsResponse) => void) =>
      client.stats({}, done),
    );
    try {
      return (await ask()) ?? { pods: [] };
    } catch (error) {
      throw fromServiceError(error as ServiceError);
    }
  };
  const { rest } = splitProxyPath(connect);
  switch (rest.replace(/\/$/, '')) {
    case '/healthz':
      await stats();
      return send('text/plain; charset=utf-8', 'ok');
    case '/pods': {
      const items = (await reader.list(Kinds.Pod, '')).filter(({ spec }) => spec?.nodeName === name);
      return send('application/json', JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items }));
    }
    case '/stats/summary':
      return send('application/json', JSON.stringify(summary(name, await stats())));
    default:
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
  }
}

/** The parts of upstream's stats.k8s.io Summary that the kubelet measures. */
function summary(nodeName: string, stats: skiffnodev1.StatsResponse): object {
  const time = new Date(Number(stats.timeMilliseconds ?? 0)).toISOString().replace(/\.\d+Z$/, 'Z');
  const cpu = (nanoseconds: unknown): object => ({ time, usageCoreNanoSeconds: Number(nanoseconds ?? 0) });
  const memory = (bytes: unknown): object => ({ time, workingSetBytes: Number(bytes ?? 0) });
  return {
    node: { nodeName, cpu: cpu(stats.nodeCpuUsageNanoseconds), memory: memory(stats.nodeMemoryWorkingSetBytes) },
    pods: (stats.pods ?? []).map(({ namespace, name, uid, containers }) => ({
      podRef: { name, namespace, uid },
      containers: (containers ?? []).map((container) => ({
        name: container.name,
        cpu: cpu(container.cpuUsageNanoseconds),
        memory: memory(container.memoryWorkingSetBytes),
      })),
    })),
  };
}
