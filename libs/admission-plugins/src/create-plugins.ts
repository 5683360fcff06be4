import type { AdmissionParts, AdmissionPlugin } from '@skiff/api-server/admission';
import { selectPlugins, type PluginSelection } from './plugin-names';
import { alwaysPullImages } from './always-pull-images/plugin';
import { certificateApproval } from './certificate-approval/plugin';
import { certificateSigning } from './certificate-signing/plugin';
import { certificateSubjectRestriction } from './certificate-subject-restriction/plugin';
import { defaultIngressClass } from './default-ingress-class/plugin';
import { defaultStorageClass } from './default-storage-class/plugin';
import { defaultTolerationSeconds } from './default-toleration-seconds/plugin';
import { denyServiceExternalIPs } from './deny-service-external-ips/plugin';
import { extendedResourceToleration } from './extended-resource-toleration/plugin';
import { limitRanger } from './limit-ranger/plugin';
import { namespaceLifecycle } from './namespace-lifecycle/plugin';
import { nodeRestriction } from './node-restriction/plugin';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize/plugin';
import { podSecurity } from './pod-security/plugin';
import { podTopologyLabels } from './pod-topology-labels/plugin';
import { priority } from './priority/plugin';
import { storedLedger } from './resource-quota/ledger';
import { resourceQuota } from './resource-quota/plugin';
import { runtimeClass } from './runtime-class/plugin';
import { serviceAccount } from './service-account/plugin';
import { storageObjectInUseProtection } from './storage-object-in-use-protection/plugin';
import { taintNodesByCondition } from './taint-nodes-by-condition/plugin';

/** What the plugins of this library work with. */
type PluginParts = Pick<AdmissionParts, 'reader' | 'writer' | 'authorizer' | 'clock' | 'random'>;

function allPlugins({ reader, writer, authorizer, clock, random }: PluginParts): AdmissionPlugin[] {
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
    resourceQuota(reader, storedLedger(writer)),
  ];
}

/**
 * Makes the selected plugins, in upstream's order. Throws a RangeError for a selection with unknown names.
 * @param others make those that are not of this library: the ones that evaluate policies, and that ask webhooks.
 */
export function admissionPlugins<Parts extends PluginParts>(
  selection: Partial<PluginSelection> = {},
  ...others: readonly ((parts: Parts) => readonly AdmissionPlugin[])[]
): (parts: Parts) => readonly AdmissionPlugin[] {
  const names = selectPlugins({ enable: [], disable: [], ...selection });
  return (parts) => {
    const all = [...allPlugins(parts), ...others.flatMap((make) => make(parts))];
    const plugins = new Map(all.map((plugin) => [plugin.name, plugin]));
    return names.flatMap((name) => plugins.get(name) ?? []);
  };
}
