import { StatusError } from '@skiff/apimachinery';

/** The mistakes that an action is refused for, each as "field: message". */
export function problemsOf(action: () => void): string[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return (error.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
}
