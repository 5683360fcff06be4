import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { DockerEngine } from './engine';

/** What became of the requests of a load. */
export interface LoadResult {
  readonly answered: number;
  readonly failures: readonly string[];
}

/** Asks for a page, twenty times a second, until its standard input ends; then prints what became of it. */
const program = `
  let answered = 0; const failures = []; let over = false;
  process.stdin.on('end', () => (over = true)).resume();
  const ask = async () => {
    try {
      const response = await fetch(process.argv[1], { signal: AbortSignal.timeout(10000), headers: { connection: 'close' } });
      const text = await response.text();
      if (response.status === 200 && text.includes('guestbook')) answered += 1;
      else failures.push(response.status + ' ' + text.slice(0, 100));
    } catch (error) { failures.push(new Date().toISOString() + ' ' + String(error.cause ?? error)); }
  };
  const all = [];
  const timer = setInterval(() => {
    if (!over) return void all.push(ask());
    clearInterval(timer);
    Promise.all(all).then(() => process.stdout.write(JSON.stringify({ answered, failures })));
  }, 50);
`;

/** Load on the guestbook from inside of the engine's network. */
export class PageLoad {
  private printed = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
  }

  static async start(engine: DockerEngine, url: string): Promise<PageLoad> {
    const [command = '', ...prefix] = engine.inNamespace;
    const child = spawn(command, [...prefix, process.execPath, '-e', program, url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child, 'spawn');
    return new PageLoad(child);
  }

  async stop(): Promise<LoadResult> {
    const ended = once(this.child, 'close');
    this.child.stdin?.end();
    await ended;
    return JSON.parse(this.printed) as LoadResult;
  }
}
