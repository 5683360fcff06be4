/** The codes of gRPC that are told apart here. */
export const Code = { cancelled: 1, deadlineExceeded: 4, unavailable: 14 } as const;

/** A call that failed. */
export class CallError extends Error {
  constructor(
    /** gRPC's status code. */
    readonly code: number,
    message: string,
    /** Whether etcd may have seen, and done, what was asked. */
    readonly sent: boolean,
  ) {
    super(message);
    this.name = 'CallError';
  }
}
