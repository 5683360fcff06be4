import type { ClusterPaths } from '../cluster/paths';
import type { ClusterState } from '../cluster/state';

/** A program that the supervisor keeps running. */
export interface ProcessSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * "host:port" of what it needs or leaves the processors to: it is started once that listens. The order saves the
   * others from failing first and then waiting before they try again.
   */
  readonly startsAfter?: string;
}

export interface SpecContext {
  readonly cluster: ClusterState;
  readonly paths: ClusterPaths;
  /** The folder that holds each app's bundle. */
  readonly apps: string;
}
