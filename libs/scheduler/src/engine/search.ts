import type { CycleState } from '../framework/cycle-state';
import type { Rejection } from '../framework/verdict';
import type { ClusterState } from '../snapshot/cluster-state';
import type { PodInfo } from '../snapshot/pod-info';
import type { Nominations } from './nominations';
import type { Profile } from './profile';

/** What a cycle works on beside the profile. */
export interface CycleInput {
  readonly state: ClusterState;
  readonly nominations: Nominations;
  readonly random: () => number;
  /** Share of nodes to find before scoring; 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  /** Where the next search begins; each cycle moves it on, so that all nodes have their turn. */
  cursor: number;
}

export interface Refused {
  readonly plugin: string;
  readonly rejection: Rejection;
}

/** One pod's way through the plugins of its profile. */
export interface Search {
  readonly profile: Profile;
  readonly input: CycleInput;
  readonly pod: PodInfo;
  readonly cycle: CycleState;
  /** Nodes that a plugin refused; filled as they are looked at. */
  readonly refused: Map<string, Refused>;
}

/** Nodes that may be looked at, by the plugins that narrowed them down; all when undefined. */
export interface Narrowed {
  readonly nodes: ReadonlySet<string> | undefined;
  readonly by: readonly string[];
}
