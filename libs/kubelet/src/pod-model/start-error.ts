/** Why a container does not start: the waiting reason and message that users see. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(
    /** Such as ErrImagePull, CreateContainerConfigError, RunContainerError. */
    readonly reason: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Why a container could not be started, until it is. */
export interface StartFailure {
  /** Such as CrashLoopBackOff or ErrImagePull. */
  readonly reason: string;
  readonly message: string;
}
