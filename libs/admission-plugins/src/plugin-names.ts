/** Every plugin that upstream 1.35 knows, in the order in which they run. */
export const knownPlugins: readonly string[] = [
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceLifecycle',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'TaintNodesByCondition',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodSecurity',
  'PodNodeSelector',
  'Priority',
  'DefaultTolerationSeconds',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'OwnerReferencesPermissionEnforcement',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'CertificateApproval',
  'CertificateSigning',
  'ClusterTrustBundleAttest',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'DenyServiceExternalIPs',
  'PodTopologyLabels',
  'NodeDeclaredFeatureValidator',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
  'AlwaysDeny',
];

/** Those of upstream that are off unless they are asked for; NodeRestriction is on, as every installer turns it on. */
const offByDefault = new Set([
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodNodeSelector',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'OwnerReferencesPermissionEnforcement',
  'DenyServiceExternalIPs',
  'AlwaysDeny',
]);

export interface PluginSelection {
  /** Turned on besides the default ones. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
}

/** Those that can run here: the rest of upstream's names are only accepted where they are turned off. */
export const availablePlugins: ReadonlySet<string> = new Set([
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'TaintNodesByCondition',
  'AlwaysPullImages',
  'PodSecurity',
  'Priority',
  'DefaultTolerationSeconds',
  'ExtendedResourceToleration',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'CertificateApproval',
  'CertificateSigning',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'DenyServiceExternalIPs',
  'PodTopologyLabels',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
]);

/** What is wrong with a selection, in upstream's words; empty when nothing is. */
export function admissionPluginProblems({ enable, disable }: PluginSelection): string[] {
  const unknown = (flag: string, names: readonly string[]): string[] =>
    names.filter((name) => !knownPlugins.includes(name)).map((name) => `${flag} plugin "${name}" is unknown`);
  return [
    ...unknown('enable-admission-plugins', enable),
    ...unknown('disable-admission-plugins', disable),
    ...enable
      .filter((name) => knownPlugins.includes(name) && !availablePlugins.has(name))
      .map((name) => `enable-admission-plugins plugin "${name}" is not available`),
    ...enable
      .filter((name) => disable.includes(name))
      .map((name) => `${name} in enable-admission-plugins and disable-admission-plugins overlapped`),
  ];
}

/** The names of the plugins that run, in their order. Throws a RangeError for a wrong selection. */
export function selectPlugins(selection: PluginSelection): string[] {
  const [problem] = admissionPluginProblems(selection);
  if (problem) throw new RangeError(problem);
  const { enable, disable } = selection;
  return knownPlugins.filter(
    (name) =>
      availablePlugins.has(name) && !disable.includes(name) && (enable.includes(name) || !offByDefault.has(name)),
  );
}
