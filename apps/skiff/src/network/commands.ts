import { execFile } from 'node:child_process';

/** A command that failed: what was run and what it said. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly command: string,
    readonly output: string,
  ) {
    super(`${command}: ${output.trim() || 'failed'}`);
  }
}

/** Runs a program to its end and returns what it printed. Throws CommandError when it fails. */
export function run(program: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new CommandError([program, ...args].join(' '), stderr || error.message));
      else resolve(stdout);
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** Runs lines of `ip` in one process, in a network namespace if one is named. */
export function ipBatch(lines: readonly string[], namespace?: string): Promise<string> {
  return run('ip', [...(namespace ? ['-n', namespace] : []), '-batch', '-'], `${lines.join('\n')}\n`);
}
