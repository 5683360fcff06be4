import { Kinds } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import {
  forbiddenResource,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
} from '@skiff/api-server/admission';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is written into a namespace that does not exist, nothing created in one that ends; some never end. */
export function namespaceLifecycle(reader: AdmissionReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    mutate: {
      operations: ['CREATE', 'UPDATE'],
      async run(request) {
        await requireNamespace(request, reader);
        return request.object;
      },
    },
    validate: {
      operations: ['DELETE'],
      resources: ['namespaces'],
      run({ resource, name }) {
        if (immortal.has(name)) throw forbiddenResource(resource, name, 'this namespace may not be deleted');
      },
    },
  };
}

async function requireNamespace(request: AdmissionRequest, reader: AdmissionReader): Promise<void> {
  const { operation, namespace, resource } = request;
  if (!namespace || resource.resource === 'namespaces') return;
  if (resource.group === 'authorization.k8s.io' && resource.resource === 'localsubjectaccessreviews') return;
  const found =
    (await reader.get(Kinds.Namespace, '', namespace)) ?? (await reader.getNewest(Kinds.Namespace, '', namespace));
  if (!found)
    throw new StatusError(404, 'NotFound', `namespaces ${JSON.stringify(namespace)} not found`, {
      name: namespace,
      kind: 'namespaces',
    });
  if (operation === 'CREATE' && found.status?.phase === 'Terminating') throw terminating(request);
}

function terminating({ resource, name, namespace, object }: AdmissionRequest): StatusError {
  const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const base = forbiddenResource(resource, name || (object?.metadata?.name ?? ''), text);
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new StatusError(403, 'Forbidden', base.message, { ...base.details, causes: [cause] });
}
