import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { processorSeconds, startApiServer, type BenchServer } from '../bench/support/api-server';
import { frames } from './frames';
import type { Answer } from './answer';
import { calls } from './grpc';
import type { Input } from './input';
import { faultOf, lateness, longestMilliseconds } from './judge';
import { prepare } from './prepare';
import { requests } from './requests';
import { Sender } from './send';
import { Tally } from './tally';

const usage = 'usage: npm run fuzz -- [--seconds N] [--inputs N] [--seed S] [--replay FILE]';
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

/** More than what the caches of a server with some hundred objects come to. */
const mostGrowthMegabytes = 400;
const mostDescriptors = 40;
/** The idle time of a connection, and how often the server looks for those that are over it. */
const mostIdleSeconds = 110;
/** An answer that is late while the server does nothing is asked for again: others may have had the disk. */
const chances = 4;
/** What requests delete is made again after as many inputs. */
const inputsBetweenPreparations = 300;

/** How long the main thread of a process has waited for a processor, in milliseconds, since it began. */
function waited(pid: number): number {
  const [, nanoseconds = ''] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** What the server did wrong. */
class Fault extends Error {}

class Fuzzer {
  private readonly sender: Sender;
  readonly tally = new Tally();
  inputs = 0;
  /** The first fault, as it was told. */
  found: string | undefined;

  /** @param file where the input goes that showed a fault. */
  constructor(
    private readonly server: BenchServer,
    readonly file: string,
  ) {
    this.sender = new Sender(server.pki, server.port);
  }

  /** Throws when the server does not answer an input as it should. */
  readonly check = async (input: Input): Promise<void> => {
    if (this.inputs % inputsBetweenPreparations === 0) await prepare(this.server.call);
    this.inputs += 1;
    for (let chance = 1; ; chance += 1) {
      const worked = processorSeconds(this.server.pid);
      const began = this.now();
      const answer = await this.sender.send(input);
      const took = this.now() - began;
      if (chance === 1) this.tally.count(input, answer.status);
      const fault =
        (await this.faultOf(input, answer)) ?? lateness(took, 1_000 * (processorSeconds(this.server.pid) - worked));
      if (fault !== undefined) throw this.fault(fault, input);
      if (took <= longestMilliseconds) return;
      if (chance === chances) throw this.fault(`it took ${Math.round(took)} ms, ${chances} times`, input);
    }
  };

  /** To make an input smaller may take minutes: the first fault is told at once, and its input kept. */
  private fault(told: string, input: Input): Fault {
    if (this.found === undefined) {
      console.log(`after ${this.inputs} inputs: ${told}`);
      writeFileSync(this.file, JSON.stringify(input, null, 2));
    }
    this.found ??= told;
    return new Fault(told);
  }

  /** In milliseconds, but for those in which others had the processor. */
  private now(): number {
    return performance.now() - waited(this.server.pid) - waited(process.pid);
  }

  /** An answer to HEAD says nothing of its failure; the one to GET does. */
  private async faultOf(input: Input, answer: Answer): Promise<string | undefined> {
    const asks = input.method === 'HEAD' && answer.status >= 500;
    return faultOf(input, asks ? await this.sender.send({ ...input, method: 'GET' }) : answer);
  }

  close(): void {
    this.sender.close();
  }

  memory(): number {
    const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  descriptors(): number {
    return readdirSync(`/proc/${this.server.pid}/fd`).length;
  }
}

/** Sends inputs until the time is over; what fails is made smaller before it is told. */
async function explore(fuzzer: Fuzzer, seconds: number, seed: number, inputs: number): Promise<string | undefined> {
  const property = fc.asyncProperty(
    fc.oneof({ weight: 10, arbitrary: requests }, { weight: 3, arbitrary: calls }, { weight: 2, arbitrary: frames }),
    fuzzer.check,
  );
  const result = await fc.check(property, {
    seed,
    numRuns: inputs,
    interruptAfterTimeLimit: seconds * 1_000,
    markInterruptAsFailure: false,
  });
  // The time may be over while a fault is made smaller.
  if (!result.failed || result.counterexample === null) return fuzzer.found;
  writeFileSync(fuzzer.file, JSON.stringify(result.counterexample[0], null, 2));
  const error = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return `${error}\nseed ${seed}, after ${result.numRuns} inputs; the smallest that fails, to be sent again with --replay ${fuzzer.file}:\n${JSON.stringify(result.counterexample[0]).slice(0, 2_000)}`;
}

async function growth(fuzzer: Fuzzer, before: { memory: number; descriptors: number }): Promise<string | undefined> {
  fuzzer.close();
  // Connections end, and memory is collected, a moment after; a connection whose HTTP/2 is broken, when its idle time is over.
  for (let waited = 0; fuzzer.descriptors() > before.descriptors + mostDescriptors; waited += 1) {
    if (waited === mostIdleSeconds)
      return `it keeps ${fuzzer.descriptors()} descriptors, ${before.descriptors} at first`;
    await sleep(1_000);
  }
  const grown = fuzzer.memory() - before.memory;
  return grown > mostGrowthMegabytes ? `it grew by ${Math.round(grown)} MiB` : undefined;
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  const seconds = Number(option('seconds') ?? 60);
  const inputs = Number(option('inputs') ?? 1_000_000_000);
  const seed = Number(option('seed') ?? Date.now() % 2 ** 31);
  if (!(seconds > 0) || !(inputs > 0) || !Number.isInteger(seed)) throw new Error(usage);
  const server = await startApiServer({ store: 'embedded', quiet: true });
  const fuzzer = new Fuzzer(server, `dist/fuzz/failure-${seed}.json`);
  try {
    const before = { memory: fuzzer.memory(), descriptors: fuzzer.descriptors() };
    const replay = option('replay');
    if (replay) return await fuzzer.check(JSON.parse(readFileSync(replay, 'utf8')) as Input);
    const found = await explore(fuzzer, seconds, seed, inputs);
    console.log(String(fuzzer.tally));
    const fault = found ?? (await growth(fuzzer, before));
    if (fault !== undefined) throw new Fault(fault);
    console.log(`fuzz: ${fuzzer.inputs} inputs with seed ${seed}, all answered as they should be`);
  } finally {
    fuzzer.close();
    await server.stop();
  }
}

main().catch((error: unknown) => {
  // Where the fuzzer itself failed matters as much as how.
  console.error(error instanceof Fault ? `fuzz: ${error.message}` : error);
  process.exitCode = 1;
});
