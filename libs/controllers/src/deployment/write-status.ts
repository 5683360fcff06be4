import type { Client } from '@skiff/client';
import { Kinds, type appsv1 } from '@skiff/contracts';
import { sameStatus } from '../shared/same-status';
import { revisionAnnotation } from './annotations';

/** Writes the status of a Deployment, and the revision with it, unless both are as they should be. */
export async function writeStatus(
  client: Client,
  deployment: appsv1.Deployment,
  status: appsv1.DeploymentStatus,
  { revision, signal }: { readonly signal: AbortSignal; readonly revision?: string | undefined },
): Promise<void> {
  const known = deployment.metadata?.annotations?.[revisionAnnotation];
  const wanted = revision ?? known;
  if (known === wanted && sameStatus(deployment.status, status)) return;
  const updated = { ...withRevision(deployment, wanted), status };
  await client.update(Kinds.Deployment, updated, { subresource: 'status', signal });
}

/** The revision goes with the status: a change of annotations would count as another generation otherwise. */
function withRevision(deployment: appsv1.Deployment, revision: string | undefined): appsv1.Deployment {
  if (revision === undefined) return deployment;
  const { metadata } = deployment;
  return {
    ...deployment,
    metadata: { ...metadata, annotations: { ...metadata?.annotations, [revisionAnnotation]: revision } },
  };
}
