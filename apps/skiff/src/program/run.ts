import { CommanderError, type Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { messageOf, UserError } from '../errors';
import { program } from './program';

/** What a command that was written wrongly ends with, as that of a service does. */
const usageExitCode = 2;

/** Runs a command line to its end and returns its exit code. What goes wrong is told in words. */
export async function runProgram(context: CommandContext, argv: readonly string[]): Promise<number> {
  const skiff = program(context);
  for (const command of [skiff, ...commandsBelow(skiff)]) command.exitOverride();
  try {
    await skiff.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // Has been told already; help and version are no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    process.stderr.write(`skiff: ${messageOf(error)}\n`);
    if (error instanceof UserError) return error.exitCode;
    if (context.environment['SKIFF_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

export function commandsBelow(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...commandsBelow(each)]);
}
