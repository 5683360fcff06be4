import { pauseImage } from '../images/pause';
import type { NodePaths } from '../cluster/paths';

/**
 * containerd's configuration for one node: everything below the node's folder, but for what ends with its
 * processes, which may have a folder of its own.
 */
export function containerdConfig(paths: NodePaths, state = `${paths.containerd}/state`): string {
  return `version = 2
root = "${paths.containerd}/root"
state = "${state}"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
  address = "${paths.containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # Needed where the machine does not grant CAP_SYS_RESOURCE; harmless elsewhere.
  restrict_oom_score_adj = true
  # Network namespaces of pods then go with the node's folder.
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  max_container_log_line_size = 262144

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "${paths.cni}"
`;
}
