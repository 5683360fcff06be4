import type { Clock } from '@skiff/platform';
import type { EscalationCheck } from '../auth/authorization/rbac/escalation';
import { AdmissionChain, type AdmissionPlugin, type AdmissionReader } from './admission';
import { defaultStorageClass } from './plugins/default-storage-class';
import { defaultTolerationSeconds } from './plugins/default-toleration-seconds';
import { namespaceLifecycle } from './plugins/namespace-lifecycle';
import { nodeRestriction } from './plugins/node-restriction';
import { priority } from './plugins/priority';
import { rbacEscalation } from './plugins/rbac-escalation';
import { serviceAccount } from './plugins/service-account';
import { taintNodesByCondition } from './plugins/taint-nodes-by-condition';

export interface AdmissionOptions {
  readonly reader: AdmissionReader;
  readonly escalation: EscalationCheck;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Names of plugins to leave out; default none. */
  readonly disabled?: readonly string[];
}

/** The plugins that are on unless turned off, in upstream's order. Throws when one is to be turned off that is not known. */
export function createAdmission({
  reader,
  escalation,
  clock,
  random,
  disabled = [],
}: AdmissionOptions): AdmissionChain {
  const plugins: AdmissionPlugin[] = [
    namespaceLifecycle(reader),
    nodeRestriction(reader),
    serviceAccount({ reader, clock, random }),
    taintNodesByCondition,
    priority(reader),
    defaultTolerationSeconds,
    defaultStorageClass(reader),
  ];
  for (const name of disabled)
    if (!plugins.some((plugin) => plugin.name === name)) throw new Error(`admission plugin ${name} is unknown`);
  return new AdmissionChain([
    ...plugins.filter((plugin) => !disabled.includes(plugin.name)),
    rbacEscalation(escalation),
  ]);
}
