export type ProbeOutcome = 'success' | 'failure' | 'unknown';

export interface ProbeResult {
  readonly outcome: ProbeOutcome;
  /** What the event says after "probe failed: ". */
  readonly output: string;
}
