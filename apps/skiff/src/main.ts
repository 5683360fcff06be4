import { dirname } from 'node:path';
import { commandContext } from './commands/context';
import { runProgram } from './program/run';

// Whoever reads what is printed may have had enough of it, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void runProgram(commandContext(dirname(__dirname)), process.argv.slice(2)).then((exitCode) => {
  process.exitCode ||= exitCode;
});
