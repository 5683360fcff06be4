import { Kinds } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import {
  forbiddenResource,
  writes,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is written into a namespace that does not exist, nothing created in one that ends; some never end. */
export function namespaceLifecycle(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    validate(request) {
      if (request.operation === 'DELETE' && writes(request, '', 'namespaces') && immortal.has(request.name))
        throw forbiddenResource(
          { group: '', resource: 'namespaces' },
          request.name,
          'this namespace may not be deleted',
        );
    },
    async mutate(request) {
      const { operation, namespace } = request;
      if (!namespace || request.resource === 'namespaces' || operation === 'DELETE' || operation === 'CONNECT') return;
      if (request.group === 'authorization.k8s.io' && request.resource === 'localsubjectaccessreviews') return;
      const found =
        (await reader.get(Kinds.Namespace, '', namespace)) ?? (await reader.getNewest(Kinds.Namespace, '', namespace));
      if (!found)
        throw new StatusError(404, 'NotFound', `namespaces ${JSON.stringify(namespace)} not found`, {
          name: namespace,
          kind: 'namespaces',
        });
      if (operation === 'CREATE' && found.status?.phase === 'Terminating') throw terminating(request);
    },
  };
}

function terminating(request: AdmissionRequest): StatusError {
  const { group, resource, name, namespace } = request;
  const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const base = forbiddenResource({ group, resource }, name || (request.object?.metadata?.name ?? ''), text);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new StatusError(403, 'Forbidden', base.message, { ...base.details, causes: [cause] });
}
