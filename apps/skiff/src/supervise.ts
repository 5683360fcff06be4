import { dirname } from 'node:path';
import { commandContext } from './commands/context';
import { supervise } from './commands/supervise';

// A program of its own, apart from the command line, since it stays in memory as long as the cluster runs.
// arguments: supervise <folder of the cluster>
supervise(commandContext(dirname(__dirname)), process.argv[3] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
