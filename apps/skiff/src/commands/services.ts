import { hold, release } from '../cluster/stopped-services';
import { processRecords, tellSupervisor } from '../cluster/supervisor-process';
import type { ClusterPaths } from '../cluster/paths';
import type { Ending, ProcessRecord } from '../processes/child';
import { UserError } from '../errors';
import { nameFlag, runningClusterOf, type CommandContext } from './context';

/** A service gets this long to end, and to start. */
const patienceMilliseconds = 10_000;

/** What shall become of a service. */
interface Wish {
  readonly cluster: string;
  readonly service: string;
  readonly runs: boolean;
}

/** Ends a service of a running cluster and keeps it from starting again, until `startService`. */
export async function stopService(context: CommandContext, name: string, service: string, how: Ending): Promise<void> {
  await tell(context, { cluster: name, service, runs: false }, (paths) => hold(paths, service, how));
  context.print(`${service} is stopped; \`skiff start ${service}${nameFlag(name)}\` starts it again.`);
}

/** Starts a service that was stopped; harmless when it runs. */
export async function startService(context: CommandContext, name: string, service: string): Promise<void> {
  await tell(context, { cluster: name, service, runs: true }, (paths) => release(paths, service));
  context.print(`${service} is running.`);
}

function requireService(paths: ClusterPaths, service: string): void {
  const known = processRecords(paths).map((record) => record.name);
  if (!known.includes(service)) throw new UserError(`there is no service "${service}"; there are: ${known.join(', ')}`);
}

/** Writes down what is to run, and waits until the supervisor has seen to it. */
async function tell(
  context: CommandContext,
  { cluster, service, runs }: Wish,
  write: (paths: ClusterPaths) => void,
): Promise<void> {
  const { paths } = runningClusterOf(context, cluster);
  const { clock } = context;
  requireService(paths, service);
  write(paths);
  tellSupervisor(paths);
  const isDone = (record: ProcessRecord): boolean => record.name === service && (record.pid !== undefined) === runs;
  const deadline = clock.monotonic() + patienceMilliseconds;
  while (!processRecords(paths).some(isDone)) {
    if (clock.monotonic() > deadline)
      throw new UserError(`${service} has not done so in time: see \`skiff status${nameFlag(cluster)}\``);
    await clock.sleep(20);
  }
}
