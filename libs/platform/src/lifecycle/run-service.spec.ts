import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const source = `
import { loadConfig } from './config/config';
import { text } from './config/settings';
import { runService } from './lifecycle/run-service';
import { createLogger } from './telemetry/pino-logger';

void runService(() => {
  const config = loadConfig(
    { mode: text('What happens.', 'serve') },
    { app: 'test', description: 'A test.', version: '1', argv: process.argv.slice(2), env: process.env },
  );
  if (config.mode === 'refuse') throw new Error('cannot be composed');
  const logger = createLogger({ name: 'test' });
  return {
    logger,
    async run(signal) {
      if (config.mode === 'fail') throw new Error('cannot go on');
      if (config.mode === 'reject') void Promise.reject(new Error('nobody cares'));
      logger.info('serving');
      const busy = setInterval(() => undefined, 1000);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      logger.info('drained');
      clearInterval(busy);
    },
  };
});
`;

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly messages: unknown[];
  readonly err: string;
}

describe('a service as a process', () => {
  const directory = mkdtempSync(join(tmpdir(), 'skiff-run-service-'));
  const script = join(directory, 'main.js');

  beforeAll(() =>
    build({
      stdin: { contents: source, resolveDir: join(__dirname, '..'), loader: 'ts' },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    }),
  );
  afterAll(() => rmSync(directory, { recursive: true }));

  const run = (argv: string[], signal?: NodeJS.Signals): Promise<Outcome> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [script, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
        // Once: the second signal would end it at once.
        if (signal && !child.killed && err.includes('"serving"')) child.kill(signal);
      });
      child.on('close', (code) => {
        const lines = err.split('\n').filter((line) => line.startsWith('{'));
        resolve({ code, out, err, messages: lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg) });
      });
    });

  it.each(['SIGTERM', 'SIGINT'] as const)('drains and ends well on %s', async (signal) => {
    const { code, messages } = await run([], signal);
    expect(messages).toEqual(['serving', 'stopping', 'drained']);
    expect(code).toBe(0);
  });

  it('tells configuration errors in words, with a code of their own', async () => {
    const { code, err } = await run(['--colour', 'red', '--mode']);
    expect(err).toBe(
      'configuration: --colour: unknown flag; --help lists them\n' +
        'configuration: red: unknown flag; --help lists them\n' +
        'configuration: --mode: a value is missing\n',
    );
    expect(code).toBe(2);
  });

  it('prints its help and its version', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toMatch(/^A test\.\n\n {2}--mode <text>/);
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '1\n' });
  });

  it('logs a rejection that nobody handles, and ends', async () => {
    const { code, messages, err } = await run(['--mode', 'reject']);
    expect(messages).toContain('unexpected rejection');
    expect(err).toContain('nobody cares');
    expect(code).toBe(1);
  });

  it.each([
    ['fail', 'cannot go on'],
    ['refuse', 'cannot be composed'],
  ])('ends with a failure when it can not run: %s', async (mode, message) => {
    const { code, err } = await run(['--mode', mode]);
    expect(err).toContain(message);
    expect(code).toBe(1);
  });
});
