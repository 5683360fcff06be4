/** A failure that the container runtime reported, with its gRPC code name. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';

  constructor(
    /** Such as `NotFound` or `Unknown`. */
    readonly code: string,
    /** What the runtime said, without the decoration of gRPC. */
    readonly description: string,
    options?: { cause?: unknown },
  ) {
    super(`rpc error: code = ${code} desc = ${description}`, options);
  }

  /** Whether the runtime could not be reached at all. */
  get outage(): boolean {
    return this.code === 'Unavailable';
  }
}
