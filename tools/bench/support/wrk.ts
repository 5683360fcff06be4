import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Load {
  readonly url: string;
  readonly token?: string;
  readonly seconds: number;
  readonly connections?: number;
  /** A Lua file that makes the requests. */
  readonly script?: string;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p99Milliseconds: number;
  readonly requests: number;
  readonly failed: number;
}

/** Runs wrk (Debian's package) against a server on loopback. */
export async function wrk({ url, token, seconds, connections = 16, script }: Load): Promise<LoadResult> {
  const args = ['-t2', `-c${connections}`, `-d${seconds}s`, '--latency'];
  if (token) args.push('-H', `Authorization: Bearer ${token}`);
  if (script) args.push('-s', script);
  const child = spawn('wrk', [...args, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`wrk failed: ${text}`);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0),
    p99Milliseconds: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(text)),
    requests: Number(/(\d+) requests in/.exec(text)?.[1] ?? 0),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
  };
}

function milliseconds(match: RegExpExecArray | null): number {
  const [, number = '0', unit = 'ms'] = match ?? [];
  return Number(number) * (unit === 's' ? 1000 : unit === 'us' ? 0.001 : 1);
}
