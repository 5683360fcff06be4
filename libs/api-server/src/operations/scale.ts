import { invalid, formatLabelSelector, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type autoscalingv1, type metav1 } from '@skiff/contracts';
import { conflict } from '../registry/errors';
import type { ResourceDefinition } from '../registry/resource-definition';

/** What every kind that can be scaled has. */
interface Scalable extends ApiObject {
  spec?: { replicas?: number | undefined; selector?: metav1.LabelSelector | Record<string, string> | undefined };
  status?: { replicas?: number | undefined };
}

/** The Scale of an object. */
export function readScale(definition: ResourceDefinition, object: ApiObject): autoscalingv1.Scale {
  const { metadata, spec, status } = object as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata ?? {};
  const selector =
    definition.kind.plural === 'replicationcontrollers'
      ? formatMap(spec?.selector as Record<string, string> | undefined)
      : formatLabelSelector(spec?.selector as metav1.LabelSelector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name ? { name } : {}),
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(creationTimestamp ? { creationTimestamp } : {}),
    },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, ...(selector ? { selector } : {}) },
  };
}

function formatMap(selector: Record<string, string> | undefined): string {
  return Object.entries(selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/** The object with the replicas that a Scale asks for. */
export function writeScale(definition: ResourceDefinition, current: ApiObject, scale: autoscalingv1.Scale): ApiObject {
  const { resourceVersion } = scale.metadata ?? {};
  if (resourceVersion && resourceVersion !== current.metadata?.resourceVersion)
    throw conflict(definition.kind, current.metadata?.name ?? '');
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0)
    throw invalid(Kinds.Scale, current.metadata?.name ?? '', [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
        field: 'spec.replicas',
      },
    ]);
  const { spec } = current as Scalable;
  return { ...current, spec: { ...spec, replicas } } as ApiObject;
}
