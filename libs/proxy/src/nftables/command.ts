import { spawn } from 'node:child_process';

/** Runs a program with something on its input and resolves with its output; rejects with CommandError. */
export type CommandRunner = (command: string, args: readonly string[], input?: string) => Promise<string>;

/** A program that ended with a failure. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    command: string,
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`${command} failed (${exitCode ?? 'killed'}): ${stderr.trim()}`);
  }
}

export const runCommand: CommandRunner = (command, args, input = '') =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends without reading its input is told of by its exit code.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(new CommandError(command, code, stderr))));
    child.stdin.end(input);
  });
