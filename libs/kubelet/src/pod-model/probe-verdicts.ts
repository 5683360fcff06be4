/** What probes have found out about a running container. */
export interface ProbeVerdicts {
  /** `liveness` or `startup`, when that probe has given up on it. */
  failed(containerId: string): 'liveness' | 'startup' | undefined;
  /** Whether its startup probe, if any, has succeeded. */
  started(containerId: string): boolean;
}

export interface Readiness extends ProbeVerdicts {
  /** Whether a running container's readiness probe, if any, succeeds. */
  ready(containerId: string): boolean;
}
