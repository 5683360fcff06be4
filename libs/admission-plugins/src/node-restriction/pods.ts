import { isDeepStrictEqual } from 'node:util';
import { Kinds, type corev1, type metav1 } from '@skiff/contracts';
import { refused, type AdmissionReader } from '@skiff/api-server/admission';
import { apiReference } from './pod-references';
import { missing, nameOf, quote, type NodeWrite } from './node-write';

const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** A node makes mirror pods of its static ones, and reports on, evicts and deletes what runs on it. */
export async function checkPod(write: NodeWrite, reader: AdmissionReader): Promise<void> {
  const { request, node } = write;
  const { operation, subresource } = request;
  switch (subresource) {
    case '':
      if (operation === 'CREATE') return checkMirrorPod(write, reader);
      if (operation === 'DELETE') return checkOwn(write, reader, `node ${quote(node)} can only delete`);
      throw refused(
        request,
        `unexpected operation ${quote(operation)}, node ${quote(node)} can only create and delete mirror pods`,
      );
    case 'status':
      if (operation !== 'UPDATE') throw refused(request, `unexpected operation ${quote(operation)}`);
      return checkStatus(write);
    case 'eviction':
      if (operation !== 'CREATE') throw refused(request, `unexpected operation ${operation}`);
      return checkOwn(write, reader, `node ${node} can only evict`);
    default:
      throw refused(
        request,
        `unexpected pod subresource ${quote(subresource)}, only 'status' and 'eviction' are allowed`,
      );
  }
}

async function checkMirrorPod(write: NodeWrite, reader: AdmissionReader): Promise<void> {
  const { request, node } = write;
  const { metadata, spec } = request.object as corev1.Pod;
  if (metadata?.annotations?.[mirrorAnnotation] === undefined)
    throw refused(
      request,
      `pod does not have ${quote(mirrorAnnotation)} annotation, node ${quote(node)} can only create mirror pods`,
    );
  if (spec?.nodeName !== node)
    throw refused(request, `node ${quote(node)} can only create pods with spec.nodeName set to itself`);
  await checkOwner(write, metadata.ownerReferences ?? [], reader);
  const resource = apiReference(request.object as corev1.Pod);
  if (resource !== undefined)
    throw refused(request, `node ${quote(node)} can not create pods that reference ${resource}`);
}

/** A mirror pod goes with its node: it is owned by that node alone, as it is now. */
async function checkOwner(
  { request, node }: NodeWrite,
  owners: readonly metav1.OwnerReference[],
  reader: AdmissionReader,
): Promise<void> {
  const only = `node ${quote(node)} can only create pods with`;
  const [owner, ...others] = owners;
  if (others.length) throw refused(request, `${only} a single owner reference set to itself`);
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    throw refused(request, `${only} an owner reference set to itself`);
  if (!owner.controller) throw refused(request, `${only} a controller owner reference set to itself`);
  if (owner.blockOwnerDeletion)
    throw refused(request, `node ${quote(node)} must not set blockOwnerDeletion on an owner reference`);
  const uid = (await find(reader, Kinds.Node, '', node)).metadata?.uid;
  if (owner.uid !== uid) throw refused(request, `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`);
}

async function checkOwn({ request, node }: NodeWrite, reader: AdmissionReader, canOnly: string): Promise<void> {
  const pod =
    (request.oldObject as corev1.Pod | undefined) ??
    (await find(reader, Kinds.Pod, request.namespace, nameOf(request)));
  if (pod.spec?.nodeName !== node) throw refused(request, `${canOnly} pods with spec.nodeName set to itself`);
}

function checkStatus({ request, node }: NodeWrite): void {
  const { metadata, status } = request.object as corev1.Pod;
  const old = request.oldObject as corev1.Pod;
  if (old.spec?.nodeName !== node)
    throw refused(request, `node ${quote(node)} can only update pod status for pods with spec.nodeName set to itself`);
  if (!isDeepStrictEqual(metadata?.labels ?? {}, old.metadata?.labels ?? {}))
    throw refused(request, `node ${quote(node)} cannot update labels through pod status`);
  if (!isDeepStrictEqual(status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? []))
    throw refused(request, `node ${quote(node)} cannot update resource claim statues`);
}

/** Throws NotFound. What was created a moment ago may be missing from the cache. */
export async function find<T extends corev1.Pod | corev1.Node>(
  reader: AdmissionReader,
  kind: Parameters<typeof reader.get<T>>[0],
  namespace: string,
  name: string,
): Promise<T> {
  const object = (await reader.get(kind, namespace, name)) ?? (await reader.getNewest(kind, namespace, name));
  if (!object) throw missing(kind.kind.toLowerCase(), name);
  return object;
}
