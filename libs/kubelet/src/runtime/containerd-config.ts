/** What a node's containerd needs to know. Paths are absolute. */
export interface ContainerdOptions {
  /** Where content and snapshots are kept. */
  readonly rootDirectory: string;
  /** Where the state of running containers is kept; gone after a reboot. */
  readonly stateDirectory: string;
  readonly socket: string;
  /** Where the kubelet writes the pod network. */
  readonly cniConfigDirectory: string;
  readonly cniBinaryDirectory: string;
  /** Image of the sandbox; it has to keep running. */
  readonly sandboxImage: string;
  /** `native` where overlayfs cannot be mounted. Default `overlayfs`. */
  readonly snapshotter?: 'overlayfs' | 'native';
}

/**
 * Renders config.toml of containerd 1.6 and 1.7 for one of several nodes on a
 * machine. The score adjustment is restricted, since lowering it takes
 * CAP_SYS_RESOURCE; AppArmor is left out, since nodes share the machine's kernel.
 */
export function renderContainerdConfig(options: ContainerdOptions): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const text = JSON.stringify;
  return [
    'version = 2',
    `root = ${text(options.rootDirectory)}`,
    `state = ${text(options.stateDirectory)}`,
    'oom_score = 0',
    `disabled_plugins = ${text([
      'io.containerd.snapshotter.v1.aufs',
      'io.containerd.snapshotter.v1.btrfs',
      'io.containerd.snapshotter.v1.devmapper',
      'io.containerd.snapshotter.v1.zfs',
      'io.containerd.internal.v1.opt',
      'io.containerd.tracing.processor.v1.otlp',
    ])}`,
    '',
    '[grpc]',
    `address = ${text(options.socket)}`,
    '',
    `[${cri}]`,
    'stream_server_address = "127.0.0.1"',
    'stream_server_port = "0"',
    `sandbox_image = ${text(options.sandboxImage)}`,
    'restrict_oom_score_adj = true',
    // Network namespaces of pods go with the state directory.
    'netns_mounts_under_state_dir = true',
    'disable_apparmor = true',
    'disable_hugetlb_controller = true',
    'tolerate_missing_hugetlb_controller = true',
    'max_container_log_line_size = 16384',
    '',
    `[${cri}.cni]`,
    `bin_dir = ${text(options.cniBinaryDirectory)}`,
    `conf_dir = ${text(options.cniConfigDirectory)}`,
    'max_conf_num = 1',
    '',
    `[${cri}.containerd]`,
    `snapshotter = ${text(options.snapshotter ?? 'overlayfs')}`,
    'default_runtime_name = "runc"',
    '',
    `[${cri}.containerd.runtimes.runc]`,
    'runtime_type = "io.containerd.runc.v2"',
    '',
    `[${cri}.containerd.runtimes.runc.options]`,
    'SystemdCgroup = false',
    '',
  ].join('\n');
}
