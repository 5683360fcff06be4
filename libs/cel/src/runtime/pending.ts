/** Thrown through an evaluation that has to wait for the host. It is no error, so no operator goes on without it. */
export class Pending {
  constructor(
    /** Kept when the host has answered. */
    readonly answered: Promise<void>,
  ) {}
}
