import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { controllerReference } from '../shared/owner-references';
import { semanticEqual } from '../shared/semantic-equal';
import { triggerTimeAnnotation } from '../shared/service-endpoints';
import { managedByLabel, serviceNameLabel, type SlicePlan } from '../shared/slice-control';
import { without } from '../shared/without';
import { groupKey, type Group } from './desired';

export const managerName = 'endpointslicemirroring-controller.k8s.io';

const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether slices are to mirror an Endpoints object, as far as it has a say in that. */
export function wantsMirror({ metadata }: corev1.Endpoints): boolean {
  return metadata?.labels?.[skipLabel] !== 'true' && metadata?.annotations?.[leaderAnnotation] === undefined;
}

function labelsFor({ metadata }: corev1.Endpoints): Record<string, string> {
  return { ...metadata?.labels, [serviceNameLabel]: metadata?.name ?? '', [managedByLabel]: managerName };
}

function annotationsFor({ metadata }: corev1.Endpoints): Record<string, string> {
  return without(metadata?.annotations, triggerTimeAnnotation, lastAppliedAnnotation);
}

function newSlice(endpoints: corev1.Endpoints, group: Group): discoveryv1.EndpointSlice {
  const annotations = annotationsFor(endpoints);
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      generateName: `${endpoints.metadata?.name}-`,
      namespace: endpoints.metadata?.namespace,
      labels: labelsFor(endpoints),
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ownerReferences: [controllerReference(Kinds.Endpoints, endpoints)],
    },
    addressType: group.addressType,
    endpoints: group.endpoints,
    ports: group.ports,
  };
}

/** A slice that is there already, as a new one would be. */
function rewritten(slice: discoveryv1.EndpointSlice, fresh: discoveryv1.EndpointSlice): discoveryv1.EndpointSlice {
  const { labels, annotations } = fresh.metadata ?? {};
  return { ...fresh, metadata: { ...slice.metadata, labels, annotations } };
}

function isUpToDate(slice: discoveryv1.EndpointSlice, fresh: discoveryv1.EndpointSlice): boolean {
  return (
    semanticEqual(slice.endpoints, fresh.endpoints) &&
    semanticEqual(slice.metadata?.labels, fresh.metadata?.labels) &&
    semanticEqual(slice.metadata?.annotations ?? {}, fresh.metadata?.annotations ?? {})
  );
}

/** The writes after which the slices show just these groups. */
export function planMirror(
  endpoints: corev1.Endpoints,
  groups: ReadonlyMap<string, Group>,
  slices: readonly discoveryv1.EndpointSlice[],
): SlicePlan {
  const create: discoveryv1.EndpointSlice[] = [];
  const update: discoveryv1.EndpointSlice[] = [];
  const kept = new Set<discoveryv1.EndpointSlice>();
  for (const [key, group] of groups) {
    const fresh = newSlice(endpoints, group);
    const slice = slices.find((one) => groupKey(one.addressType, one.ports ?? []) === key);
    if (!slice) {
      create.push(fresh);
      continue;
    }
    kept.add(slice);
    if (!isUpToDate(slice, fresh)) update.push(rewritten(slice, fresh));
  }
  return reuse({ create, update, remove: slices.filter((slice) => !kept.has(slice)) });
}

/** Writes what would be created into slices of the same family that would be removed. */
function reuse({ create, update, remove }: SlicePlan): SlicePlan {
  const free = [...remove];
  const left: discoveryv1.EndpointSlice[] = [];
  const reused = [...update];
  for (const fresh of create) {
    const at = free.findIndex(({ addressType }) => addressType === fresh.addressType);
    const [slice] = at < 0 ? [] : free.splice(at, 1);
    if (slice) reused.push(rewritten(slice, fresh));
    else left.push(fresh);
  }
  return { create: left, update: reused, remove: free };
}
