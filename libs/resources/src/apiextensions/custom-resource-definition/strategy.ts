import type { Strategy } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import { cleanupFinalizer, withCondition } from './conditions';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition. */
export const strategy: Strategy<Definition> = {
  prepareForCreate: (definition) => noteStoredVersion(definition),
  prepareForUpdate: (definition, _, subresource) => {
    if (subresource === '') noteStoredVersion(definition);
  },
  // The first deletion has somebody delete what it defines.
  holdsDeletion: ({ metadata }) => metadata?.deletionTimestamp === undefined,
  prepareForDelete: terminate,
};

/** The version that is stored from now on joins those that may be. */
function noteStoredVersion(definition: Definition): void {
  const stored = definition.status?.storedVersions ?? [];
  const { name } = definition.spec?.versions?.find(({ storage }) => storage) ?? {};
  if (name === undefined || stored.includes(name)) return;
  definition.status = { ...definition.status, storedVersions: [...stored, name] };
}

function terminate(definition: Definition): Definition {
  const { deletionGracePeriodSeconds: _, ...metadata } = definition.metadata ?? {};
  const { generation, finalizers = [], deletionTimestamp = '' } = metadata;
  const conditions = withCondition(
    definition.status?.conditions ?? [],
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    deletionTimestamp,
  );
  return {
    ...definition,
    metadata: {
      ...metadata,
      ...(generation === undefined ? {} : { generation: generation - 1 }),
      finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
    },
    status: { ...definition.status, conditions: [...conditions] },
  };
}
