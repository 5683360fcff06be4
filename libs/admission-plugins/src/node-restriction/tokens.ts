import { Kinds, type authenticationv1, type corev1, type storagev1 } from '@skiff/contracts';
import { refused, type AdmissionReader } from '@skiff/api-server/admission';
import { find } from './pods';
import { nameOf, quote, type NodeRestrictionOptions, type NodeWrite } from './node-write';

/** A node asks for tokens of its own pods, for those that the pods are to show them to. */
export async function checkToken(write: NodeWrite, options: NodeRestrictionOptions): Promise<void> {
  const { request, node } = write;
  if (request.operation !== 'CREATE' || request.subresource !== 'token') return;
  const { spec } = request.object as authenticationv1.TokenRequest;
  const ref = spec?.boundObjectRef;
  if (ref?.kind !== 'Pod' || ref.apiVersion !== 'v1' || !ref.name)
    throw refused(request, 'node requested token not bound to a pod');
  if (!ref.uid) throw refused(request, 'node requested token with a pod binding without a uid');
  const pod = await find<corev1.Pod>(options.reader, Kinds.Pod, request.namespace, ref.name);
  if (pod.metadata?.uid !== ref.uid)
    throw refused(
      request,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (pod.spec?.nodeName !== node)
    throw refused(request, 'node requested token bound to a pod scheduled on a different node');
  await checkAudience(write, options, pod, spec?.audiences ?? []);
}

async function checkAudience(
  { request }: NodeWrite,
  { reader, authorizer }: NodeRestrictionOptions,
  pod: corev1.Pod,
  audiences: readonly string[],
): Promise<void> {
  if (audiences.length > 1) throw refused(request, 'node may only request 0 or 1 audiences');
  const [audience = ''] = audiences;
  if (await podUses(reader, pod, audience)) return;
  const granted = authorizer.authorize({
    user: request.userInfo,
    verb: 'request-serviceaccounts-token-audience',
    resourceRequest: true,
    apiGroup: '',
    apiVersion: 'v1',
    resource: audience,
    subresource: '',
    namespace: request.namespace,
    name: nameOf(request),
  });
  if (granted.allowed) return;
  throw refused(
    request,
    `audience ${quote(audience)} not found in pod spec volume, ${request.userInfo.name} is not authorized to request tokens for this audience`,
  );
}

/** Whether a volume of the pod, or the CSI driver of one, wants tokens for an audience. */
async function podUses(reader: AdmissionReader, pod: corev1.Pod, audience: string): Promise<boolean> {
  for (const volume of pod.spec?.volumes ?? []) {
    const sources = volume.projected?.sources ?? [];
    if (sources.some(({ serviceAccountToken: token }) => token && (token.audience ?? '') === audience)) return true;
    const driver = await driverOf(reader, pod, volume);
    if (driver && (await driverUses(reader, driver, audience))) return true;
  }
  return false;
}

/** The name of the CSI driver behind a volume: its own, or that of the volume which its claim is bound to. */
async function driverOf(
  reader: AdmissionReader,
  { metadata }: corev1.Pod,
  volume: corev1.Volume,
): Promise<string | undefined> {
  if (volume.csi) return volume.csi.driver;
  const migrated = migratedDriver(volume);
  if (migrated) return migrated;
  const claim = volume.ephemeral ? `${metadata?.name}-${volume.name}` : volume.persistentVolumeClaim?.claimName;
  if (!claim) return undefined;
  const bound = await reader.get<corev1.PersistentVolumeClaim>(
    Kinds.PersistentVolumeClaim,
    metadata?.namespace ?? '',
    claim,
  );
  const name = bound?.spec?.volumeName;
  const persistent = name ? await reader.get<corev1.PersistentVolume>(Kinds.PersistentVolume, '', name) : undefined;
  return persistent?.spec?.csi?.driver ?? migratedDriver(persistent?.spec ?? {});
}

/** The drivers that serve volumes of types from before CSI. */
const migratedDrivers = [
  ['awsElasticBlockStore', 'ebs.csi.aws.com'],
  ['azureDisk', 'disk.csi.azure.com'],
  ['azureFile', 'file.csi.azure.com'],
  ['cinder', 'cinder.csi.openstack.org'],
  ['gcePersistentDisk', 'pd.csi.storage.gke.io'],
  ['portworxVolume', 'pxd.portworx.com'],
  ['vsphereVolume', 'csi.vsphere.vmware.com'],
] as const;

const migratedDriver = (source: corev1.Volume | corev1.PersistentVolumeSpec): string | undefined =>
  migratedDrivers.find(([type]) => source[type])?.[1];

async function driverUses(reader: AdmissionReader, name: string, audience: string): Promise<boolean> {
  const driver = await reader.get<storagev1.CSIDriver>(Kinds.CSIDriver, '', name);
  return (driver?.spec?.tokenRequests ?? []).some((token) => (token.audience ?? '') === audience);
}
