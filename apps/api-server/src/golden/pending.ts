const apply = 'server-side apply is not served yet';
const customResources = 'custom resources are not served yet';

/** Recorded scenarios that the server does not answer as upstream yet, with what is missing. */
export const pending: ReadonlyMap<string, string> = new Map([
  ['apply creates, owns, conflicts, forces, gives up', apply],
  ['apply needs a manager', apply],
  ['apply merges containers by name', apply],
  ['a custom resource: defaults, pruning, validation, status, scale', customResources],
  ['a custom resource name must match', customResources],
  ['a cluster-wide CertificateSigningRequest as created', 'certificate requests are not validated yet'],
  ['a PersistentVolumeClaim as created', 'no controller takes the finalizer of volumes away yet, so none is put on'],
  [
    'a cluster-wide PersistentVolume as created',
    'no controller takes the finalizer of volumes away yet, so none is put on',
  ],
  ['a HorizontalPodAutoscaler as created', 'autoscaling/v1 is not converted to autoscaling/v2 yet'],
  ['a LoadBalancer Service gets its defaults', 'no health check node port is allocated yet'],
  ['an unknown health check', 'an unknown path does not list the known ones yet'],
]);
