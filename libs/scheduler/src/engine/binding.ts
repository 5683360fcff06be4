import type { Rejection } from '../framework/verdict';
import type { PodInfo } from '../snapshot/pod-info';
import type { Outcome } from './outcome';
import type { Profile } from './profile';

/**
 * Reserve, permit, pre-bind, bind and post-bind of a pod whose node is chosen. Takes
 * the reservations back when one of them refuses or throws.
 */
export async function bindChosen(
  profile: Profile,
  { cycle, node }: Extract<Outcome, { kind: 'chosen' }>,
  pod: PodInfo,
  signal: AbortSignal,
): Promise<Rejection | undefined> {
  let rejection: Rejection | undefined;
  try {
    for (const plugin of profile.reserve) rejection ??= plugin.reserve(cycle, pod, node);
    for (const plugin of profile.permit) rejection ??= await plugin.permit(cycle, pod, node, signal);
    for (const plugin of profile.preBind) rejection ??= await plugin.preBind(cycle, pod, node, signal);
    if (!rejection) await bind(profile, cycle, pod, node, signal);
  } catch (error) {
    unreserve(profile, cycle, pod, node);
    throw error;
  }
  if (rejection) unreserve(profile, cycle, pod, node);
  else for (const plugin of profile.postBind) plugin.postBind(cycle, pod, node);
  return rejection;
}

type Cycle = Extract<Outcome, { kind: 'chosen' }>['cycle'];

async function bind(profile: Profile, cycle: Cycle, pod: PodInfo, node: string, signal: AbortSignal): Promise<void> {
  for (const plugin of profile.bind) if ((await plugin.bind(cycle, pod, node, signal)) === 'bound') return;
  throw new Error('no plugin has bound the pod');
}

function unreserve(profile: Profile, cycle: Cycle, pod: PodInfo, node: string): void {
  for (const plugin of [...profile.reserve].reverse()) plugin.unreserve(cycle, pod, node);
}
