import type { Clock } from '@skiff/platform';
import type { Authorizer } from '../auth/authorization/attributes';
import type { Registry } from '../registry/registry';
import type { AdmissionPlugin } from './admission';
import { selectPlugins, type PluginSelection } from './plugin-names';
import { alwaysPullImages } from './plugins/always-pull-images';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './plugins/certificates';
import { defaultIngressClass } from './plugins/default-ingress-class';
import { defaultStorageClass } from './plugins/default-storage-class';
import { defaultTolerationSeconds } from './plugins/default-toleration-seconds';
import { denyServiceExternalIPs } from './plugins/deny-service-external-ips';
import { extendedResourceToleration } from './plugins/extended-resource-toleration';
import { limitRanger } from './plugins/limit-ranger/limit-ranger';
import { namespaceLifecycle } from './plugins/namespace-lifecycle';
import { nodeRestriction } from './plugins/node-restriction/node-restriction';
import { persistentVolumeClaimResize } from './plugins/persistent-volume-claim-resize';
import { podSecurity } from './plugins/pod-security/pod-security';
import { podTopologyLabels } from './plugins/pod-topology-labels';
import { priority } from './plugins/priority';
import { registryLedger } from './plugins/resource-quota/ledger';
import { resourceQuota } from './plugins/resource-quota/resource-quota';
import { runtimeClass } from './plugins/runtime-class';
import { serviceAccount } from './plugins/service-account';
import { storageObjectInUseProtection } from './plugins/storage-object-in-use-protection';
import { taintNodesByCondition } from './plugins/taint-nodes-by-condition';
import { registryReader } from './registry-reader';

/** What plugins work with. Registry and authorizer are asked for only when a request comes. */
export interface PluginParts {
  readonly registry: () => Registry;
  readonly authorizer: () => Authorizer;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

function allPlugins({ registry, authorizer, clock, random }: PluginParts): AdmissionPlugin[] {
  const reader = registryReader(registry);
  return [
    namespaceLifecycle(reader),
    limitRanger(reader),
    serviceAccount({ reader, clock, random }),
    nodeRestriction({ reader, authorizer }),
    taintNodesByCondition,
    alwaysPullImages,
    podSecurity(reader),
    priority(reader),
    defaultTolerationSeconds,
    extendedResourceToleration,
    defaultStorageClass(reader),
    storageObjectInUseProtection,
    persistentVolumeClaimResize(reader),
    runtimeClass(reader),
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction,
    defaultIngressClass(reader),
    denyServiceExternalIPs,
    podTopologyLabels(reader),
    resourceQuota(reader, registryLedger(registry)),
  ];
}

/** The selected plugins in upstream's order. Throws a RangeError for a selection with unknown names. */
export function createPlugins(parts: PluginParts, selection: PluginSelection): AdmissionPlugin[] {
  const plugins = new Map(allPlugins(parts).map((plugin) => [plugin.name, plugin]));
  return selectPlugins(selection).flatMap((name) => plugins.get(name) ?? []);
}
