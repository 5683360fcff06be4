import { added, gone, says, type Difference } from './difference';

/** What objects, tables and discovery have more or less of. */
export const objectDifferences: readonly Difference[] = [
  {
    reason:
      'metadata.creationTimestamp is marked omitzero since 1.34: null is not printed any more, and nobody owns it',
    path: /template\.metadata\.creationTimestamp$|f:template\.f:metadata\.f:creationTimestamp$/,
    holds: gone,
  },
  {
    reason: 'a review is never stored, so by the same omitzero of 1.34 it has no creationTimestamp, not even null',
    scenario: /^(may|who holds|the reason|mistakes in reviews|reviews of access|what may|a token of)/,
    path: /metadata\.creationTimestamp$/,
    holds: gone,
  },
  {
    reason: 'pods count generations since 1.33 (PodObservedGenerationTracking)',
    scenario: /pod|binding|conditions merge|evict|quota|limit ranges|runtime class|hook|subresources$/,
    path: /metadata\.generation$/,
    holds: added,
  },
  {
    reason: 'Jobs count generations, which those of 1.20 did not',
    scenario: /Job/,
    path: /metadata\.generation$/,
    holds: added,
  },
  {
    reason: 'CSI drivers count generations, since some of their settings may change',
    scenario: /CSIDriver/,
    path: /metadata\.generation$/,
    holds: added,
  },
  {
    reason: 'since 1.22 managedFields name the subresource, and a write of status is an entry of its own',
    path: /managedFields\.subresources$/,
  },
  {
    reason: 'since 1.22 fields that a write resets, such as the status, have no owner',
    scenario:
      /PersistentVolume|claim|volume|^a quota on storage|^patches of the status|^a pod forbids|^a node, changed/,
    path: /managedFields\.0\.fieldsV1\.(f:status(\.f:phase)?|f:metadata\.f:labels)$/,
    holds: gone,
  },
  {
    reason: 'volumes tell when their phase last changed: on by default since 1.29',
    scenario: /^a cluster-wide PersistentVolume/,
    path: /status\.lastPhaseTransitionTime$/,
    holds: added,
  },
  {
    reason: 'Services have an internal traffic policy since 1.22 (on by default), of the default Cluster',
    path: /(f:)?spec\.(f:)?internalTrafficPolicy$/,
    holds: added,
  },
  {
    reason: 'Services say which families of addresses they have since 1.21 (dual stack on by default)',
    path: /spec\.(ipFamilies|ipFamilyPolicy)$/,
    holds: added,
  },
  {
    reason: 'Services of type LoadBalancer may do without node ports since 1.22 (on by default), and say so',
    scenario: /LoadBalancer|^services change their type$/,
    path: /(f:)?spec\.(f:)?allocateLoadBalancerNodePorts$/,
    holds: added,
  },
  {
    reason: 'DaemonSets can surge since 1.22 (on by default), by 0 unless told otherwise',
    scenario: /DaemonSet/,
    path: /(f:)?rollingUpdate\.(f:)?maxSurge$/,
    holds: added,
  },
  {
    reason: 'StatefulSets keep or delete their claims since 1.27 (on by default): they keep them unless told otherwise',
    scenario: /StatefulSet/,
    path: /persistentVolumeClaimRetentionPolicy$/,
    holds: added,
  },
  {
    reason: 'StatefulSets always print status.availableReplicas since 1.22',
    scenario: /StatefulSet/,
    path: /status\.availableReplicas$/,
    holds: added,
  },
  {
    reason: 'Jobs have a completion mode and can be suspended since 1.22 (on by default)',
    scenario: /Job/,
    path: /(completionMode|suspend)$/,
    holds: added,
  },
  {
    reason: 'Jobs say when a pod is replaced since 1.29 (on by default)',
    scenario: /Job/,
    path: /podReplacementPolicy$/,
    holds: added,
  },
  {
    reason: 'labels of Jobs have the prefix batch.kubernetes.io since 1.27; the selector uses it alone',
    scenario: /Job/,
    path: /labels\.batch\.kubernetes\.io\/(controller-uid|job-name)$|matchLabels\.(batch\.kubernetes\.io\/)?controller-uid$/,
  },
  {
    reason: 'CSI drivers have defaults for storageCapacity and requiresRepublish (1.21), and for seLinuxMount (1.27)',
    scenario: /CSIDriver/,
    path: /(storageCapacity|requiresRepublish|seLinuxMount)$/,
    holds: added,
  },
  {
    reason:
      'the schema marks selectors, role references, scale targets and other references atomic since 1.21, so they have one owner',
    path: /f:(selector|nodeSelector|roleRef|scaleTargetRef|involvedObject|regarding|related|required|resource|service|imagePullSecrets\.k:\{[^}]*\})\.(\.|f:\w+)$/,
    holds: gone,
  },
  {
    reason: 'since 1.22 the column of restarts tells when the last one was, so it is text',
    scenario: /^a table of pods$/,
    path: /columnDefinitions\.3\.type$|cells\.3$/,
  },
  {
    reason: 'not a change of Kubernetes: columns are described in words of our own',
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
    reason:
      'the last handler is another since 1.23: it answers an unknown path with text, without a list of the known ones',
    scenario: /^an unknown health check$/,
    path: /\.(paths|text)$/,
  },
  {
    reason: 'not a change of Kubernetes: the recorded server ran without the controller that fills aggregated roles',
    scenario: /^a role that grants more/,
    path: /^step 0\.(rules|metadata\.managedFields)/,
  },
  {
    reason: 'a list of a version that is no number is a mistake of the client since 1.34',
    scenario: /^resource versions$/,
    path: /^step \d+ status$/,
    holds: says('400 ', 'invalid resource version: resourceVersion: Invalid value: '),
  },
];
