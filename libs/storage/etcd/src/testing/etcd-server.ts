import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real etcd of one member on free ports of the loopback interface, with its data in a temporary folder. */
export class EtcdServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly directory: string,
    readonly clientPort: number,
    private readonly peerPort: number,
    private readonly flags: readonly string[],
    private readonly scheme: string,
  ) {}

  static async start(flags: readonly string[] = [], scheme = 'http'): Promise<EtcdServer> {
    const directory = await mkdtemp(join(tmpdir(), 'skiff-etcd-'));
    const [client, peer] = [await freePort(), await freePort()];
    const url = `${scheme}://127.0.0.1:${client}`;
    const urls = ['--listen-client-urls', url, '--advertise-client-urls', url];
    const server = new EtcdServer(directory, client, peer, [...urls, ...flags], scheme);
    server.up();
    return server;
  }

  get endpoint(): string {
    return `${this.scheme}://127.0.0.1:${this.clientPort}`;
  }

  /** Starts it on the data it has. */
  up(): void {
    const peer = `http://127.0.0.1:${this.peerPort}`;
    this.process = spawn(
      'etcd',
      [
        ...['--data-dir', this.directory, '--name', 'test', '--log-level', 'fatal', '--logger', 'zap'],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `test=${peer}`],
        ...['--heartbeat-interval', '10', '--election-timeout', '60'],
        ...this.flags,
      ],
      { stdio: 'ignore' },
    );
  }

  /** Kills it as a power cut would; resolves when it is gone. */
  async kill(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (process === undefined) return;
    const gone = once(process, 'exit');
    process.kill('SIGKILL');
    await gone;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
