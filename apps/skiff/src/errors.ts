/** A failure that the user is told in words, without a stack. The command ends with exit code 1. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly exitCode: number = 1;
}

/** What was asked for cannot be meant: a wrong argument, or a configuration file with mistakes. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** The user has asked the command to end. */
export class Interrupted extends UserError {
  override readonly name = 'Interrupted';
  override readonly exitCode = 130;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
