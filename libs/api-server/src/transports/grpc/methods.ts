import type { GrpcMethod } from './method';
import { healthMethods, reflectionMethods } from './services';

type Methods = Readonly<Record<string, GrpcMethod>>;

export interface GrpcServices {
  readonly resources: Methods;
  readonly nodes: Methods;
  /** Throws when the server is not ready. */
  readonly serving: () => Promise<void>;
}

/** What is served over gRPC, by the path of a call. */
export function grpcMethods({ resources, nodes, serving }: GrpcServices): ReadonlyMap<string, GrpcMethod> {
  const services: Readonly<Record<string, Methods>> = {
    'skiff.api.v1.ResourceService': resources,
    'skiff.node.v1.NodeService': nodes,
    'grpc.health.v1.Health': healthMethods(serving),
    'grpc.reflection.v1.ServerReflection': reflectionMethods,
    'grpc.reflection.v1alpha.ServerReflection': reflectionMethods,
  };
  return new Map(
    Object.entries(services).flatMap(([service, methods]) =>
      Object.entries(methods).map(([name, method]) => [`/${service}/${name}`, method] as const),
    ),
  );
}
