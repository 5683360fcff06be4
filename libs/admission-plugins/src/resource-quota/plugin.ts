import { subtractResources, hasReason, type ResourceList } from '@skiff/apimachinery';
import { quotaEvaluatorOf } from '@skiff/resources';
import { Kinds, type corev1 } from '@skiff/contracts';
import {
  refused,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';
import { charged, demandOf, roomProblem } from './demand';
import type { QuotaLedger } from './ledger';

interface Charge {
  readonly quota: corev1.ResourceQuota;
  readonly amounts: ResourceList;
}

/** What a write costs the quotas of its namespace. */
function charges(request: AdmissionRequest, quotas: readonly corev1.ResourceQuota[]): Charge[] {
  const evaluator = quotaEvaluatorOf(request.resource.group, request.resource.resource);
  if (!evaluator || (request.operation === 'UPDATE' && !evaluator.countsUpdates)) return [];
  const change = { object: request.object, ...(request.oldObject ? { old: request.oldObject } : {}) };
  return quotas.flatMap((quota) => {
    const demand = demandOf(quota, evaluator, change);
    if (!demand) return [];
    if ('problem' in demand) throw refused(request, demand.problem);
    return [{ quota, amounts: demand.amounts }];
  });
}

function requireRoom(request: AdmissionRequest, quota: corev1.ResourceQuota, amounts: ResourceList): void {
  const problem = roomProblem(quota, amounts);
  if (problem) throw refused(request, problem);
}

/**
 * Refuses what does not fit into the quotas of its namespace, and notes in their status what
 * does. The check and the note are one optimistic write, so that two servers cannot both give
 * away the last of something. What is noted for a write that fails later, the controller of
 * quotas takes back when it counts again. Upstream: apiserver/pkg/admission/plugin/resourcequota.
 */
export function resourceQuota(reader: AdmissionReader, ledger: QuotaLedger): AdmissionPlugin {
  const charge = async (request: AdmissionRequest, { quota, amounts }: Charge): Promise<void> => {
    try {
      await ledger.write(request.namespace, quota.metadata?.name ?? '', (newest) => {
        requireRoom(request, newest, amounts);
        return charged(newest, amounts);
      });
    } catch (error) {
      // A quota that is gone limits nothing.
      if (!hasReason(error, 'NotFound')) throw error;
    }
  };
  const giveBack = async (request: AdmissionRequest, { quota, amounts }: Charge): Promise<void> => {
    const negative = subtractResources({}, amounts);
    await ledger.write(request.namespace, quota.metadata?.name ?? '', (newest) => charged(newest, negative));
  };
  const chargeAll = async (request: AdmissionRequest, all: readonly Charge[]): Promise<void> => {
    const done: Charge[] = [];
    try {
      for (const one of all) {
        await charge(request, one);
        done.push(one);
      }
    } catch (error) {
      await Promise.allSettled(done.map((one) => giveBack(request, one)));
      throw error;
    }
  };
  return {
    name: 'ResourceQuota',
    operations: ['CREATE', 'UPDATE'],
    validate: {
      async run(request) {
        if (request.namespace === '' || request.subresource !== '') return;
        const all = charges(request, await reader.list(Kinds.ResourceQuota, request.namespace));
        if (request.dryRun) for (const { quota, amounts } of all) requireRoom(request, quota, amounts);
        else await chargeAll(request, all);
      },
    },
  };
}
