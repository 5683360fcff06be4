import type { Clock } from '@skiff/platform';
import { dumpPriorityLevels, dumpQueues, dumpRequests } from '../flow-control/dump';
import type { FlowController } from '../flow-control/flow-controller';
import { sendText } from '../transports/rest/answers';
import type { PathEntry } from './paths';

/** Where somebody may look at how requests wait for one another. */
export function flowControlPaths(controller: FlowController, clock: Clock): PathEntry[] {
  const dumps: Readonly<Record<string, () => string>> = {
    dump_priority_levels: () => dumpPriorityLevels(controller),
    dump_queues: () => dumpQueues(controller),
    dump_requests: () => dumpRequests(controller, (monotonic) => clock.now() - (clock.monotonic() - monotonic)),
  };
  return Object.entries(dumps).map(([name, dump]) => ({
    path: `/debug/api_priority_and_fairness/${name}`,
    isUnlisted: true,
    handler: ({ response }) => sendText(response, 200, dump()),
  }));
}
