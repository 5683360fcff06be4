import type { Kind, metav1 } from '@skiff/contracts';
import { warningsFor } from './by-kind';
import { read } from './read';

/** What is told of a new object. */
export const told = <T extends { metadata?: metav1.ObjectMeta | undefined }>(kind: Kind<T>, body: object): string[] =>
  warningsFor(kind, read(kind, body), undefined);
