/**
 * What the keys of a controller name, so that its spans say which object they are about.
 * Those whose keys are no names of objects, such as uids, are left out.
 */
export const objectKinds: Readonly<Record<string, string>> = {
  'namespace-controller': 'Namespace',
  'serviceaccount-controller': 'Namespace',
  'root-ca-certificate-publisher-controller': 'Namespace',
  'node-ipam-controller': 'Node',
  'node-lifecycle-controller': 'Node',
  'taint-eviction-controller': 'Pod',
  'deployment-controller': 'Deployment',
  'replicaset-controller': 'ReplicaSet',
  'replicationcontroller-controller': 'ReplicationController',
  'daemonset-controller': 'DaemonSet',
  'statefulset-controller': 'StatefulSet',
  'job-controller': 'Job',
  'cronjob-controller': 'CronJob',
  'ttl-after-finished-controller': 'Job',
  'endpointslice-controller': 'Service',
  'endpointslice-mirroring-controller': 'Endpoints',
  'endpoints-controller': 'Service',
  'certificatesigningrequest-signing-controller': 'CertificateSigningRequest',
  'certificatesigningrequest-approving-controller': 'CertificateSigningRequest',
  'certificatesigningrequest-cleaner-controller': 'CertificateSigningRequest',
  'disruption-controller': 'PodDisruptionBudget',
  'clusterrole-aggregation-controller': 'ClusterRole',
};
