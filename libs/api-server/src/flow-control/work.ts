import type { Request } from '../request/request';

/** What a list or a watch takes depends on how many objects there are. */
const objectsPerSeat = 100;

/** How many objects of its resource are stored; undefined where that is not known. */
export type CountObjects = (request: Request) => number | undefined;

/**
 * How many seats a request takes: one, but for a list of many objects and a watch that begins with them. Objects come
 * from the cache, where each is looked at, whatever selects them and however few are wanted.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/request/list_work_estimator.go.
 */
export function seatsFor(request: Request, most: number, count: CountObjects): number {
  const { info, input } = request;
  if (!info.resourceRequest || (info.verb !== 'list' && info.verb !== 'watch')) return 1;
  if (info.verb === 'watch' && !wantsPresent(input)) return 1;
  if (info.name !== '') return 1;
  const objects = count(request) ?? 0;
  return Math.max(1, Math.min(most, Math.ceil(objects / objectsPerSeat)));
}

function wantsPresent(input: Request['input']): boolean {
  try {
    return input.listOptions().sendInitialEvents ?? false;
  } catch {
    // It is refused when it is read for good.
    return false;
  }
}
