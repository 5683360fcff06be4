import type { Deviation } from './compare-answer';

/** Where today's answer is right though it is not the recorded one, and why. */
export interface Difference {
  readonly reason: string;
  /** The scenarios that it may appear in; absent is all. */
  readonly scenario?: RegExp;
  /** The place of the deviation. */
  readonly path: RegExp;
  readonly holds?: (deviation: Deviation) => boolean;
}

const added = ({ recorded }: Deviation): boolean => recorded === undefined;
const gone = ({ answered }: Deviation): boolean => answered === undefined;

/** Every reviewed difference between the recorded server (1.20) and this one (1.35). */
export const differences: readonly Difference[] = [
  {
    reason: 'since 1.34 a creationTimestamp that is not set is left out, and so nobody owns it',
    path: /template\.metadata\.creationTimestamp$|f:template\.f:metadata\.f:creationTimestamp$/,
    holds: gone,
  },
  {
    reason: 'a review is never created, so since 1.34 it has no creationTimestamp, not even null',
    scenario: /^(may|who holds)/,
    path: /metadata\.creationTimestamp$/,
    holds: gone,
  },
  {
    reason: 'pods, jobs, CSI drivers and others count generations now',
    scenario: /pod|Job|CSIDriver|binding/,
    path: /metadata\.generation$/,
    holds: added,
  },
  {
    reason: 'status and its subresource have managers of their own since 1.22',
    scenario: /^generation moves/,
    path: /managedFields\.(0\.fieldsV1\.f:status|1)$/,
  },
  {
    reason: 'Services have an internal traffic policy, and one or two families of addresses',
    path: /(f:)?spec\.(f:)?(internalTrafficPolicy|ipFamilies|ipFamilyPolicy)$/,
    holds: added,
  },
  {
    reason: 'DaemonSets can surge',
    scenario: /DaemonSet/,
    path: /(f:)?rollingUpdate\.(f:)?maxSurge$/,
    holds: added,
  },
  {
    reason: 'StatefulSets keep or delete their claims, and count available replicas',
    scenario: /StatefulSet/,
    path: /persistentVolumeClaimRetentionPolicy$|status\.availableReplicas$/,
    holds: added,
  },
  {
    reason: 'Jobs have completion modes, suspension and pod replacement policies',
    scenario: /Job/,
    path: /(completionMode|suspend|podReplacementPolicy)$/,
    holds: added,
  },
  {
    reason: 'labels of Jobs have the prefix batch.kubernetes.io since 1.27; the selector uses it alone',
    scenario: /Job/,
    path: /labels\.batch\.kubernetes\.io\/(controller-uid|job-name)$|matchLabels\.(batch\.kubernetes\.io\/)?controller-uid$/,
  },
  {
    reason: 'CSI drivers have three more settings with defaults',
    scenario: /CSIDriver/,
    path: /(storageCapacity|requiresRepublish|seLinuxMount)$/,
    holds: added,
  },
  {
    reason: 'selectors of Services and ReplicationControllers, and references, are atomic now',
    scenario: /Service|ReplicationController|RoleBinding|table/,
    path: /f:(selector|roleRef)\.(\.|f:\w+)$/,
    holds: gone,
  },
  {
    reason: 'the column of restarts tells when the last one was, so it is text',
    scenario: /^a table of pods$/,
    path: /columnDefinitions\.3\.type$|cells\.3$/,
  },
  {
    reason: 'columns are described in words of our own',
    scenario: /^a table of/,
    path: /columnDefinitions\.\d+\.description$/,
  },
  { reason: 'discovery names the singular since 1.27', scenario: /^discovery/, path: /singularName$/ },
  {
    reason: 'batch/v1 serves cron jobs since 1.21, which come before jobs',
    scenario: /^discovery of .apis.batch.v1$/,
    path: /resources\.\d/,
  },
  {
    reason: 'JSON is decoded by another library since 1.25, which words mistakes otherwise',
    scenario: /^(a wrong type|a malformed quantity|bad base64 in a secret)$/,
    path: /\.message$/,
  },
  {
    reason: 'what may change of a pod is worded otherwise since 1.26; the printout of Go structs is left out',
    scenario: /^a pod spec is immutable/,
    path: /message$/,
  },
  {
    reason: 'a cluster IP outside the range is refused in other words since 1.31',
    scenario: /^a cluster IP outside the range$/,
    path: /message$/,
  },
  {
    reason: 'the recorded server ran without the controller that fills aggregated roles',
    scenario: /^a role that grants more/,
    path: /^step 0\.(rules|metadata\.managedFields)/,
  },
];
