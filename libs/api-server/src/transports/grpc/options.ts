import type { metav1 } from '@skiff/contracts';
import type { ListOptions } from '../../operations/list-options';
import type { Caller, WriteOptions } from '../../operations/operations';
import { Warnings } from '../../request/warnings';
import type { GrpcCall, RequestCall } from './call';

export const callerOf = ({ user }: GrpcCall, warnings = new Warnings()): Caller => ({ user, warn: warnings.add });

export function fromListOptions(options: metav1.ListOptions | undefined): ListOptions {
  const { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch } = options ?? {};
  return { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch };
}

export function writeOptions(
  options: { dryRun?: string[] | undefined; fieldManager?: string | undefined } | undefined,
  call: RequestCall,
): WriteOptions {
  return {
    dryRun: Boolean(options?.dryRun?.length),
    fieldValidation: 'Ignore',
    fieldManager: options?.fieldManager || call.userAgent.split('/')[0] || 'unknown',
    bodyBytes: call.counted.requestBytes,
  };
}
