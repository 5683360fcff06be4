/** A way to the pods of another node. */
export interface Route {
  /** A range of addresses, such as `10.244.1.0/24`. */
  readonly destination: string;
  /** The address of the node. */
  readonly via: string;
}

/** Programs routes, and the masquerading of what pods send out of the cluster, in this network namespace. */
export interface NetworkProgrammer {
  /** Makes the routes to other nodes' pods exactly these. */
  setRoutes(routes: readonly Route[]): Promise<void>;
  /** Lets pods reach what is no pod under the node's own address. */
  setEgress(own: readonly string[], all: readonly string[]): Promise<void>;
}
