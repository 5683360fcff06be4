import type { Server } from '@grpc/grpc-js';
import { componentDoors, type Guard } from '@skiff/client-runtime';
import { createGrpcServer, serveGrpc, serveMetrics, serverCredentials } from '@skiff/platform';
import type { ComponentParts } from './component-parts';

/** Where a component is reached, and what it shows there; empty is off. */
export interface DoorSettings {
  readonly metricsAddress: string;
  readonly grpcAddress: string;
  readonly servingCertFile: string;
  readonly servingKeyFile: string;
  readonly caFile: string;
}

export interface DoorOptions {
  /** Why the component is not healthy; undefined while it is. Default: it always is. */
  readonly health?: () => string | undefined;
  /** gRPC methods whose handlers ask themselves what a caller may, by their paths. */
  readonly handledMethods?: readonly string[];
  /** Adds services beside health and reflection; without a guard, nobody shows who they are. */
  readonly addServices?: (server: Pick<Server, 'addService'>, guard: Guard | undefined) => void;
}

/** Serves a component's health, reflection, metrics and services of its own, as its settings say, until the signal aborts. */
export async function serveDoors(
  config: DoorSettings,
  { client, clock, metrics: registry }: Pick<ComponentParts, 'client' | 'clock' | 'metrics'>,
  { health = () => undefined, handledMethods = [], addServices }: DoorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { calls, metrics, guard } = componentDoors({ ...config, client, clock, handledMethods });
  if (config.grpcAddress) {
    const { server } = createGrpcServer({ interceptors: calls.guard ? [calls.guard] : [] });
    addServices?.(server, guard);
    await serveGrpc(server, config.grpcAddress, serverCredentials(calls.tls), signal);
  }
  await serveMetrics({ address: config.metricsAddress, registry, health, ...metrics }, signal);
}
