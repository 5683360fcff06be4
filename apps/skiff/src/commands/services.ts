import { hold, release } from '../cluster/held';
import { processRecords, tellSupervisor } from '../cluster/supervisor-process';
import type { ClusterPaths } from '../cluster/paths';
import type { Ending, ProcessRecord } from '../processes/child';
import { UserError } from '../errors';
import { nameFlag, runningClusterOf, type CommandContext } from './context';

/** A service gets this long to end, and to start. */
const patienceMilliseconds = 10_000;

/** Ends a service of a running cluster and keeps it from starting again, until `startService`. */
export async function stopService(context: CommandContext, name: string, service: string, how: Ending): Promise<void> {
  const { paths } = runningClusterOf(context, name);
  requireService(paths, service);
  await tell(
    context,
    { paths, name },
    service,
    () => hold(paths, service, how),
    ({ pid }) => pid === undefined,
  );
  context.print(`${service} is stopped; \`skiff start ${service}${nameFlag(name)}\` starts it again.`);
}

/** Starts a service that was stopped; harmless when it runs. */
export async function startService(context: CommandContext, name: string, service: string): Promise<void> {
  const { paths } = runningClusterOf(context, name);
  requireService(paths, service);
  await tell(
    context,
    { paths, name },
    service,
    () => release(paths, service),
    ({ pid }) => pid !== undefined,
  );
  context.print(`${service} is running.`);
}

function requireService(paths: ClusterPaths, service: string): void {
  const known = processRecords(paths).map((record) => record.name);
  if (!known.includes(service)) throw new UserError(`there is no service "${service}"; there are: ${known.join(', ')}`);
}

/** Writes down what is not to run, and waits until the supervisor has seen to it. */
async function tell(
  { clock }: CommandContext,
  { paths, name }: { readonly paths: ClusterPaths; readonly name: string },
  service: string,
  write: () => void,
  done: (record: ProcessRecord) => boolean,
): Promise<void> {
  write();
  tellSupervisor(paths);
  const deadline = clock.monotonic() + patienceMilliseconds;
  while (!processRecords(paths).some((record) => record.name === service && done(record))) {
    if (clock.monotonic() > deadline)
      throw new UserError(`${service} has not done so in time: see \`skiff status${nameFlag(name)}\``);
    await clock.sleep(20);
  }
}
