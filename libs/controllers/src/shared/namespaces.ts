import { hasReason } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { isDeleting } from './pods';

/** Whether a namespace takes nothing new. */
export function isTerminating(namespace: corev1.Namespace): boolean {
  return isDeleting(namespace) || namespace.status?.phase === 'Terminating';
}

/** Whether a create failed because its namespace is going away, which no retry will mend. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    hasReason(error, 'Forbidden') &&
    (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
  );
}

/** Writes what every namespace has. It may be there already, and the namespace may have gone or be going. */
export async function writeIntoNamespace(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (hasReason(error, 'AlreadyExists') || hasReason(error, 'NotFound') || isNamespaceTerminating(error)) return;
    throw error;
  }
}
