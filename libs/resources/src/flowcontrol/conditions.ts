import type { ErrorList } from '@skiff/apimachinery';

/** Conditions of different types, each with one. */
export function validateConditions(
  conditions: readonly { readonly type?: string | undefined }[] | null | undefined,
  to: ErrorList,
): void {
  const seen = new Set<string>();
  for (const [index, { type = '' }] of (conditions ?? []).entries()) {
    const path = `status.conditions[${index}].type`;
    if (seen.has(type)) to.duplicate(path, type);
    seen.add(type);
    if (type === '') to.required(path, 'must not be empty');
  }
}
