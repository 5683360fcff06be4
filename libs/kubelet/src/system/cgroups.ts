/** Usage of a cgroup; CPU in nanoseconds since it was made, memory in bytes. */
export interface CgroupUsage {
  readonly cpuNanoseconds: number;
  readonly memoryWorkingSetBytes: number;
}

/** The time that a CPU quota is counted in. */
export const cpuPeriodMicroseconds = 100_000;

/** What a cgroup allows; a zero is no limit. */
export interface CgroupLimits {
  /** Relative weight, as of cgroups v1: 2 to 262144. */
  readonly cpuShares: number;
  /** Microseconds of CPU time in each period. */
  readonly cpuQuota: number;
  readonly memoryBytes: number;
}

/** Control groups of pods. Paths are relative to the hierarchy, such as `/kubepods/pod1`. */
export interface CgroupManager {
  /** Makes a pod's cgroup with its limits, below parents that do not limit it. */
  create(path: string, limits: CgroupLimits): Promise<void>;
  /** Removes a cgroup and all below it; what is busy stays. */
  remove(path: string): Promise<void>;
  /** Undefined where there is no such cgroup, or none is counted. */
  usage(path: string): Promise<CgroupUsage | undefined>;
}
