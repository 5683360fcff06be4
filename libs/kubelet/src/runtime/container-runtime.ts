import type { ContainerService } from './container-service';
import type { ImageService } from './image-service';
import type { RuntimeInfo } from './runtime-info';
import type { SandboxService } from './sandbox-service';
import type { StreamingRuntime } from './streaming-runtime';

/** All that a kubelet needs of a node's container runtime. */
export interface ContainerRuntime extends SandboxService, ContainerService, StreamingRuntime, RuntimeInfo {
  readonly images: ImageService;
}
