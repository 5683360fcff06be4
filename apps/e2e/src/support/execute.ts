import { spawn } from 'node:child_process';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecuteOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly timeoutMilliseconds?: number;
}

/** Runs a program to its end; rejects with all it printed when it fails or takes too long. */
export function execute(program: string, args: readonly string[], options: ExecuteOptions = {}): Promise<Output> {
  const limit = options.timeoutMilliseconds ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const output = {
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      };
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${program} ${args.join(' ')}: ${signal ? `killed after ${limit} ms (${signal})` : `exit code ${code}`}\n${output.stdout}${output.stderr}`,
          ),
        );
    });
    child.stdin.end(options.input);
  });
}

/** Tries until it does not throw; after the time limit, throws what the last try threw. */
export async function eventually<T>(attempt: () => Promise<T> | T, limitMilliseconds = 30_000): Promise<T> {
  const deadline = Date.now() + limitMilliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
