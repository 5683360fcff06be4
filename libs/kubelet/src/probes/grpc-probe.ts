import { credentials, Metadata, status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import { grpchealthv1 } from '@skiff/contracts';
import type { ProbeResult } from './probe-result';

/** Asks a server by the gRPC health protocol, as upstream's probe does and in its words. */
export function grpcProbe(host: string, port: number, service: string, timeout: number): Promise<ProbeResult> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const client = new grpchealthv1.HealthClient(address, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  const deadline = new Date(performance.timeOrigin + performance.now() + timeout);
  return new Promise((resolve) => {
    client.check({ service }, new Metadata(), { deadline }, (error, answer) => {
      client.close();
      resolve(verdict(error, answer?.status, address, timeout));
    });
  });
}

function verdict(
  error: ServiceError | null,
  serving: grpchealthv1.HealthCheckResponse_ServingStatus | undefined,
  address: string,
  timeout: number,
): ProbeResult {
  if (error === null) {
    if (serving === 1) return { outcome: 'success', output: 'service healthy' };
    const name = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'][serving ?? 0] ?? 'UNKNOWN';
    return { outcome: 'failure', output: `service unhealthy (responded with "${name}")` };
  }
  if (error.code === GrpcStatus.UNIMPLEMENTED) {
    return {
      outcome: 'failure',
      output: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)',
    };
  }
  if (error.code === GrpcStatus.DEADLINE_EXCEEDED) {
    return { outcome: 'failure', output: `timeout: health rpc did not complete within ${timeout / 1000}s` };
  }
  if (error.code === GrpcStatus.UNAVAILABLE) {
    return {
      outcome: 'failure',
      output: `timeout: failed to connect service "${address}" within ${timeout / 1000}s: ${error.details}`,
    };
  }
  return { outcome: 'failure', output: `error: health rpc probe failed: ${error.message}` };
}
