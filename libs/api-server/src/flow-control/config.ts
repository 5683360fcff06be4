/** How requests of a level that have no seat wait. */
export interface Queuing {
  /** How many queues there are. */
  readonly queues: number;
  /** Among how many of them a flow may choose. */
  readonly handSize: number;
  /** How many requests wait in each at most. */
  readonly queueLengthLimit: number;
}

/** Requests that share seats. */
export interface LevelConfig {
  readonly name: string;
  readonly uid: string;
  /** Requests of an exempt level never wait. */
  readonly isExempt: boolean;
  /** Its part of all seats, compared with those of others. */
  readonly shares: number;
  /** How much of them others may borrow. */
  readonly lendablePercent: number;
  /** How much of its part it may borrow of others at most; undefined: all that there is. */
  readonly borrowingLimitPercent: number | undefined;
  /** Undefined: a request without a seat is rejected at once. */
  readonly queuing: Queuing | undefined;
}

export type Subject =
  | { readonly kind: 'User' | 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Whether it is about requests that name no namespace. */
  readonly clusterScope: boolean;
  readonly namespaces: readonly string[];
}

export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Requests of some subjects for some things. */
export interface FlowRule {
  readonly subjects: readonly Subject[];
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
}

/** Which requests belong to a level, and to one flow there. */
export interface SchemaConfig {
  readonly name: string;
  readonly uid: string;
  /** The name of a level. */
  readonly level: string;
  /** The lower, the earlier it is asked whether a request belongs to it. */
  readonly precedence: number;
  /** By what the flows of its requests differ; undefined: all are one. */
  readonly distinguisher: 'ByUser' | 'ByNamespace' | undefined;
  readonly rules: readonly FlowRule[];
}

export interface FlowConfig {
  readonly levels: readonly LevelConfig[];
  readonly schemas: readonly SchemaConfig[];
}
