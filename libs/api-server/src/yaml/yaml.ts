import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import * as jsYaml from 'js-yaml';
import * as yamlPackage from 'yaml';
import { jsonParser } from '@skiff/contracts';
import { requestEntityTooLarge } from '@skiff/apimachinery';
import type { Clock, Timer } from '@skiff/platform';
import { yamlCodec, type YamlCodec, type YamlDocument } from './codec';

/** A larger text would hold up the event loop for longer than others should wait. */
const largestInLoop = 16 << 10;
const idleMilliseconds = 30_000;
const threadMegabytes = 256;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread's answer to the message of the same number. */
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Reads and prints YAML: what is small at once, what is large in a thread of its own, which ends when it has nothing to do. */
export class YamlService {
  private readonly codec = yamlCodec(jsYaml, yamlPackage, jsonParser);
  private readonly pending = new Map<number, Pending>();
  private worker: Worker | undefined;
  private idle: Timer | undefined;
  private last = 0;

  constructor(private readonly clock: Clock) {}

  /** Throws an Error in upstream's words for what is no YAML, and RequestEntityTooLarge for what no memory would hold. */
  async read(text: string): Promise<YamlDocument> {
    if (text.length <= largestInLoop) return this.codec.read(text);
    return (await this.inThread('read', text)) as YamlDocument;
  }

  async print(json: string): Promise<string> {
    if (json.length <= largestInLoop) return this.codec.print(json);
    return (await this.inThread('print', json)) as string;
  }

  private inThread(operation: keyof YamlCodec, text: string): Promise<unknown> {
    this.idle?.cancel();
    this.worker ??= this.start();
    const id = (this.last += 1);
    this.worker.postMessage({ id, operation, text });
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
  }

  private start(): Worker {
    const { resolve } = createRequire(__filename);
    const worker = new Worker(threadText, {
      eval: true,
      workerData: { jsYaml: resolve('js-yaml'), yaml: resolve('yaml') },
      resourceLimits: { maxOldGenerationSizeMb: threadMegabytes },
    });
    worker.unref();
    worker.on('message', (answer: Answer) => this.settle(answer));
    // Out of memory: the thread is gone, and with it all that it was given.
    worker.on('error', () => this.fail(worker));
    return worker;
  }

  private settle({ id, value, error }: Answer): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) pending?.resolve(value);
    else pending?.reject(new Error(error));
    if (this.pending.size === 0) this.idle = this.clock.after(idleMilliseconds, () => void this.close());
  }

  private fail(worker: Worker): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.refuseAll(requestEntityTooLarge('the document takes too much memory'));
  }

  private refuseAll(why: Error): void {
    for (const { reject } of this.pending.values()) reject(why);
    this.pending.clear();
  }

  /** Ends the thread, which starts again when it is needed. */
  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    this.idle?.cancel();
    this.refuseAll(new Error('the server stops'));
    await worker?.terminate();
  }
}

/** Prints what is small. */
export const printYaml = (json: string): string => yamlCodec(jsYaml, yamlPackage, jsonParser).print(json);

const threadText = `
const { parentPort, workerData } = require('node:worker_threads');
const codec = (${yamlCodec.toString()})(require(workerData.jsYaml), require(workerData.yaml), ${jsonParser.toString()});
parentPort.on('message', ({ id, operation, text }) => {
  try {
    parentPort.postMessage({ id, value: codec[operation](text) });
  } catch (error) {
    parentPort.postMessage({ id, error: error.message });
  }
});
`;
