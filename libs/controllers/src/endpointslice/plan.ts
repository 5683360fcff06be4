import type { discoveryv1 } from '@skiff/contracts';
import { semanticEqual } from '../shared/semantic-equal';
import type { SlicePlan } from '../shared/slice-control';
import { addressTypesOf, groupEndpoints, identity, portsKey, portsOfSlice, type Group } from './desired';
import { isPlaceholder, labelsFor, newSlice, rewritten, type AddressType, type SliceState } from './slices';

interface Draft {
  readonly slice: discoveryv1.EndpointSlice;
  readonly endpoints: discoveryv1.Endpoint[];
  changed: boolean;
}

/** Keeps wanted endpoints where they are, then fills slices that change anyway, then one with room, then new ones. */
function reconcileGroup(
  state: SliceState,
  addressType: AddressType,
  group: Group,
  slices: readonly discoveryv1.EndpointSlice[],
): SlicePlan {
  const missing = new Map(group.endpoints);
  const drafts = slices.map((slice): Draft => {
    const draft: Draft = {
      slice,
      endpoints: [],
      changed: !semanticEqual(slice.metadata?.labels, labelsFor(state.service)),
    };
    for (const endpoint of slice.endpoints ?? []) {
      const wanted = missing.get(identity(endpoint));
      if (!wanted || !semanticEqual(wanted, endpoint)) draft.changed = true;
      if (!wanted) continue;
      draft.endpoints.push(wanted);
      missing.delete(identity(endpoint));
    }
    return draft;
  });
  const remove = drafts.filter(({ endpoints }) => endpoints.length === 0).map(({ slice }) => slice);
  const kept = drafts.filter(({ endpoints }) => endpoints.length > 0);
  const rest = [...missing.values()];
  const fill = (draft: Draft): void => {
    const room = rest.splice(0, state.maxEndpoints - draft.endpoints.length);
    if (room.length > 0) draft.changed = true;
    draft.endpoints.push(...room);
  };
  kept
    .filter(({ changed }) => changed)
    .sort((left, right) => right.endpoints.length - left.endpoints.length)
    .forEach(fill);
  if (rest.length > 0 && rest.length < state.maxEndpoints) {
    const roomy = kept
      .filter((draft) => !draft.changed && draft.endpoints.length + rest.length <= state.maxEndpoints)
      .sort((left, right) => right.endpoints.length - left.endpoints.length)[0];
    if (roomy) fill(roomy);
  }
  const create: discoveryv1.EndpointSlice[] = [];
  while (rest.length > 0) create.push(newSlice(state, addressType, group.ports, rest.splice(0, state.maxEndpoints)));
  const update = kept
    .filter(({ changed }) => changed)
    .map(({ slice, endpoints }) => rewritten(state, slice, endpoints));
  return { create, update, remove };
}

/** Writes what would be created into slices that would be removed, so that consumers see one change and not two. */
function reuseRemoved(state: SliceState, { create, update, remove }: SlicePlan): SlicePlan {
  const count = Math.min(create.length, remove.length);
  const reused = remove.slice(0, count).map((slice, index) => {
    const { endpoints, ports } = create[index] ?? {};
    return { ...rewritten(state, slice, endpoints ?? []), ports };
  });
  return { create: create.slice(count), update: [...update, ...reused], remove: remove.slice(count) };
}

function planAddressType(state: SliceState, addressType: AddressType): SlicePlan {
  const own = state.slices.filter((slice) => slice.addressType === addressType);
  const plan: SlicePlan = { create: [], update: [], remove: [] };
  const byPorts = new Map<string, discoveryv1.EndpointSlice[]>();
  for (const slice of own) {
    const key = portsKey(portsOfSlice(slice));
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  for (const [key, group] of groupEndpoints(state, addressType)) {
    const part = reconcileGroup(state, addressType, group, byPorts.get(key) ?? []);
    plan.create.push(...part.create);
    plan.update.push(...part.update);
    plan.remove.push(...part.remove);
    byPorts.delete(key);
  }
  plan.remove.push(...[...byPorts.values()].flat());
  // A Service always has a slice, be it an empty one, so that its consumers know it was looked at.
  if (plan.create.length === 0 && plan.remove.length === own.length) {
    if (own.length === 1 && isPlaceholder(own[0], state.service)) return { ...plan, remove: [] };
    plan.create.push(newSlice(state, addressType, undefined, []));
  }
  return reuseRemoved(state, plan);
}

/** The least writes that make a Service's slices show its pods. As the reconciler of pkg/controller/endpointslice. */
export function planSlices(state: SliceState): SlicePlan {
  const types = addressTypesOf(state.service);
  const plans = types.map((type) => planAddressType(state, type));
  return {
    create: plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [
      ...plans.flatMap(({ remove }) => remove),
      ...state.slices.filter((slice) => !types.some((type) => type === slice.addressType)),
    ],
  };
}
