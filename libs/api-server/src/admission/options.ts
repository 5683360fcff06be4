import type { metav1 } from '@skiff/contracts';
import type { OperationOptions } from './request';

/** What a client says of how it writes; empty where it says nothing. */
export interface SentChoices {
  readonly fieldManager: string;
  readonly fieldValidation: string;
}

interface WriteChoices {
  readonly dryRun: boolean;
  readonly sent?: SentChoices | undefined;
}

const apiVersion = 'meta.k8s.io/v1';

/** CreateOptions or UpdateOptions. A patch has the latter, as upstream. */
export function writeOptions(verb: 'Create' | 'Update', { dryRun, sent }: WriteChoices): OperationOptions {
  return {
    kind: `${verb}Options`,
    apiVersion,
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(sent?.fieldManager ? { fieldManager: sent.fieldManager } : {}),
    ...(sent?.fieldValidation ? { fieldValidation: sent.fieldValidation } : {}),
  };
}

export function deleteOptions(options: metav1.DeleteOptions): OperationOptions {
  return { ...options, kind: 'DeleteOptions', apiVersion };
}
