import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { processRecords } from '../cluster/supervisor-process';
import { UserError } from '../errors';
import { clusterOf, type CommandContext } from './context';

/** Prints the log of one process, and with `follow` what it goes on to write. */
export async function logs(context: CommandContext, name: string, service: string, follow: boolean): Promise<void> {
  const { paths } = clusterOf(context, name);
  const known = [...processRecords(paths).map((record) => record.name), 'supervisor'];
  const file = join(paths.logs, `${service}.log`);
  if (!known.includes(service) || !existsSync(file))
    throw new UserError(`there is no service "${service}"; there are: ${known.join(', ')}`);
  await new Promise<void>((done, fail) => {
    if (follow) spawn('tail', ['-n', '+1', '-F', file], { stdio: 'inherit' }).once('exit', () => done());
    else createReadStream(file).on('error', fail).on('end', done).pipe(process.stdout);
  });
}
