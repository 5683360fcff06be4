import { isDeepStrictEqual } from 'node:util';
import { Kinds, type authenticationv1, type corev1 } from '@skiff/contracts';
import { nodeOf } from '../../auth/user';
import { refused, type AdmissionPlugin, type AdmissionReader, type AdmissionRequest } from '../admission';

/** A kubelet writes only its own node, lease and what belongs to its own pods. */
export function nodeRestriction(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    async validate(request) {
      const node = nodeOf(request.user);
      if (node === undefined) return;
      const what = [request.group, request.resource, request.subresource].join('/');
      if (what === '/nodes/' || what === '/nodes/status') checkNode(request, node);
      else if (what === '/pods/') await checkPod(request, node, reader);
      else if (what === '/pods/status') checkPodStatus(request, node);
      else if (what === '/pods/eviction') await checkOwnPod(request, node, reader, 'evict');
      else if (what === '/serviceaccounts/token') await checkToken(request, node, reader);
      else if (what === 'coordination.k8s.io/leases/') checkLease(request, node);
      else if (what === 'storage.k8s.io/csinodes/') checkNamed(request, node, 'CSINode');
    },
  };
}

const quote = (text: string | undefined): string => JSON.stringify(text ?? '');
const nameOf = ({ name, object }: AdmissionRequest): string => name || (object?.metadata?.name ?? '');

function checkNode(request: AdmissionRequest, node: string): void {
  const name = nameOf(request);
  if (name !== node) throw refused(request, `node ${quote(node)} is not allowed to modify node ${quote(name)}`);
  if (request.operation === 'DELETE') return;
  const { metadata, spec } = request.object as corev1.Node;
  const old = request.oldObject as corev1.Node | undefined;
  const changed = Object.keys({ ...metadata?.labels, ...old?.metadata?.labels })
    .filter((label) => metadata?.labels?.[label] !== old?.metadata?.labels?.[label])
    .filter((label) => /^([^/]+\.)?node-restriction\.kubernetes\.io\//.test(label))
    .sort();
  if (changed.length) throw refused(request, `is not allowed to modify labels: ${changed.join(', ')}`);
  if (request.operation !== 'UPDATE') return;
  if (spec?.configSource && !isDeepStrictEqual(spec.configSource, old?.spec?.configSource))
    throw refused(request, `node ${quote(node)} cannot update configSource to a new non-nil configSource`);
  if (!isDeepStrictEqual(spec?.taints ?? [], old?.spec?.taints ?? []))
    throw refused(request, `node ${quote(node)} is not allowed to modify taints`);
}

async function checkPod(request: AdmissionRequest, node: string, reader: AdmissionReader): Promise<void> {
  if (request.operation === 'DELETE') return checkOwnPod(request, node, reader, 'delete');
  if (request.operation !== 'CREATE') throw refused(request, `unexpected operation ${quote(request.operation)}`);
  const pod = request.object as corev1.Pod;
  if (pod.metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined)
    throw refused(
      request,
      `pod does not have ${quote('kubernetes.io/config.mirror')} annotation, node ${quote(node)} can only create mirror pods`,
    );
  if (pod.spec?.nodeName !== node)
    throw refused(request, `node ${quote(node)} can only create pods with spec.nodeName set to itself`);
}

async function checkOwnPod(
  request: AdmissionRequest,
  node: string,
  reader: AdmissionReader,
  verb: string,
): Promise<void> {
  const pod =
    (request.oldObject as corev1.Pod | undefined) ?? (await reader.get(Kinds.Pod, request.namespace, request.name));
  // One that does not exist is reported as such later.
  if (pod && pod.spec?.nodeName !== node)
    throw refused(request, `node ${quote(node)} can only ${verb} pods with spec.nodeName set to itself`);
}

function checkPodStatus(request: AdmissionRequest, node: string): void {
  const pod = request.object as corev1.Pod;
  const old = request.oldObject as corev1.Pod | undefined;
  if (old?.spec?.nodeName !== node)
    throw refused(request, `node ${quote(node)} can only update pod status for pods with spec.nodeName set to itself`);
  if (!isDeepStrictEqual(pod.metadata?.labels ?? {}, old.metadata?.labels ?? {}))
    throw refused(request, `node ${quote(node)} cannot update labels through pod status`);
}

async function checkToken(request: AdmissionRequest, node: string, reader: AdmissionReader): Promise<void> {
  const ref = (request.object as authenticationv1.TokenRequest).spec?.boundObjectRef;
  if (ref?.kind !== 'Pod' || ref.apiVersion !== 'v1' || !ref.name)
    throw refused(request, 'node requested token not bound to a pod');
  if (!ref.uid) throw refused(request, 'node requested token with a pod binding without a uid');
  const pod =
    (await reader.get(Kinds.Pod, request.namespace, ref.name)) ??
    (await reader.getNewest(Kinds.Pod, request.namespace, ref.name));
  if (!pod) throw refused(request, `pod ${quote(ref.name)} not found`);
  if (pod.metadata?.uid !== ref.uid)
    throw refused(
      request,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (pod.spec?.nodeName !== node)
    throw refused(request, 'node requested token bound to a pod scheduled on a different node');
}

function checkLease(request: AdmissionRequest, node: string): void {
  if (request.namespace !== 'kube-node-lease')
    throw refused(request, 'can only access leases in the "kube-node-lease" system namespace');
  checkNamed(request, node, 'node lease');
}

function checkNamed(request: AdmissionRequest, node: string, what: string): void {
  if (nameOf(request) !== node)
    throw refused(request, `can only access ${what} with the same name as the requesting node`);
}
