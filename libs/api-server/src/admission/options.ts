import type { metav1 } from '@skiff/contracts';
import type { OperationOptions } from './request';

/** How a client writes, as far as its options say so. */
export interface WriteChoices {
  readonly dryRun: boolean;
  readonly fieldManager?: string | undefined;
  readonly fieldValidation?: string | undefined;
}

const apiVersion = 'meta.k8s.io/v1';

/** CreateOptions or UpdateOptions. A patch has the latter, as upstream. */
export function writeOptions(
  verb: 'Create' | 'Update',
  { dryRun, fieldManager, fieldValidation }: WriteChoices,
): OperationOptions {
  return {
    kind: `${verb}Options`,
    apiVersion,
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  };
}

export function deleteOptions(options: metav1.DeleteOptions): OperationOptions {
  return { ...options, kind: 'DeleteOptions', apiVersion };
}
