export interface RuntimeVersion {
  readonly name: string;
  readonly version: string;
}

export interface RuntimeReadiness {
  readonly runtimeReady: boolean;
  readonly networkReady: boolean;
  /** The runtime's words about what is not ready. */
  readonly reason: string;
  readonly message: string;
}

/** How the runtime is set up, as far as it says. */
export interface RuntimeSettings {
  /** Name of the image that sandboxes are made from; undefined if the runtime does not say. */
  readonly sandboxImage: string | undefined;
  /** False when it has been told to do without AppArmor. */
  readonly appArmor: boolean;
}

/** Something changed in the runtime; without an id anything may have. */
export interface RuntimeHint {
  readonly id?: string;
}

/** The runtime itself. */
export interface RuntimeInfo {
  version(): Promise<RuntimeVersion>;
  readiness(): Promise<RuntimeReadiness>;
  settings(): Promise<RuntimeSettings>;
  /**
   * Tells that something changed until the signal aborts. Ends early when the
   * runtime cannot tell; the caller lists instead.
   */
  hints(signal: AbortSignal): AsyncIterable<RuntimeHint>;
}
