import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import type { Kind, metav1 } from '@skiff/contracts';
import { applyDefaults } from '../resource-of';
import { validateCreate, validateUpdate } from './by-kind';
import { problemsOf } from './problems-of';

interface Meta {
  metadata?: metav1.ObjectMeta | undefined;
}

/** An object as the API server has it before it looks for mistakes: read, named and defaulted. */
export function read<T extends Meta>(kind: Kind<T>, body: object): T {
  const object = normalizeObject<T>(
    messageSchema(kind.message),
    { metadata: { name: 'o' }, ...body },
    { unknownFields: [] },
  );
  object.metadata = { name: 'o', ...object.metadata, ...(kind.namespaced ? { namespace: 'n' } : {}) };
  applyDefaults(kind, object);
  return object;
}

/** What is wrong with a new object. */
export const creating = <T extends Meta>(kind: Kind<T>, body: object): string[] =>
  problemsOf(() => validateCreate(kind, read(kind, body)));

/** What is wrong with a change, of the object itself or through a subresource. */
export const changing = <T extends Meta>(kind: Kind<T>, from: object, into: object, subresource = ''): string[] =>
  problemsOf(() => validateUpdate(kind, read(kind, into), read(kind, from), subresource));
