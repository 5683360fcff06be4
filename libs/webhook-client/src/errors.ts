/** A webhook that cannot be called as it is configured. */
export class WebhookConfigError extends Error {
  override readonly name = 'WebhookConfigError';
  readonly code = 500;
}

/** A call that brought no answer; the message is that of Go's client. */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';

  constructor(
    message: string,
    /** As HTTP has it: what was answered, or 503. */
    readonly code: number = 503,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** What an error of Node.js says; where tests run, it may be an Error of another realm. */
export function systemError(error: unknown): { readonly code: string; readonly message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
