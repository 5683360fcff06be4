import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runCommand, type CommandRunner } from '../nftables/command';

const peerProgram = join(__dirname, 'peer.cjs');

export interface Call {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  /** How many connections, one after the other. Default 1. */
  readonly count?: number;
  /** How long to wait for an answer, in milliseconds. Default 1000. */
  readonly patience?: number;
}

/** A flow of UDP packets from one source port. */
export interface Flow {
  send(): Promise<string>;
}

/**
 * A node with pods on a bridge and a machine outside, each in a network namespace:
 * node 10.201.1.1/24 for pods and 192.0.2.1/24 to the outside, whose address is 192.0.2.2.
 */
export class TestNetwork {
  private readonly namespaces: string[] = [];
  private readonly servers: ChildProcess[] = [];
  private pods = 0;

  private constructor(private readonly prefix: string) {}

  static async create(prefix: string): Promise<TestNetwork> {
    const network = new TestNetwork(prefix);
    await network.addNamespace('node');
    await network.addNamespace('outside');
    await network.ip('node', 'link add br0 type bridge', 'address add 10.201.1.1/24 dev br0', 'link set br0 up');
    // As on a real node: its own processes reach Services through a route that the rules rewrite.
    await network.connect('outside', 'node', 'address add 192.0.2.1/24 dev to-outside');
    await network.ip('node', 'route add 10.96.0.0/16 dev lo src 192.0.2.1');
    await network.ip('outside', 'address add 192.0.2.2/24 dev eth0', 'route add default via 192.0.2.1');
    await network.in('node')('sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0']);
    return network;
  }

  /** Adds a pod and gives its address. */
  async addPod(name: string): Promise<string> {
    const address = `10.201.1.${11 + this.pods++}`;
    await this.addNamespace(name);
    await this.connect(
      name,
      'node',
      `link set to-${name} master br0`,
      `link set to-${name} type bridge_slave hairpin on`,
    );
    await this.ip(name, `address add ${address}/24 dev eth0`, 'route add default via 10.201.1.1');
    return address;
  }

  /** Has a namespace answer TCP and UDP on a port with its name and the address of the caller. */
  async serve(name: string, port: number, address = '0.0.0.0'): Promise<void> {
    const server = this.start(name, { serve: { name, port, address } });
    this.servers.push(server);
    await once(server.stdout ?? server, 'data');
  }

  /** What a namespace is answered: `<server> <its own address as seen there>` or an error code. */
  async call(from: string, { count = 1, patience = 1000, ...call }: Call): Promise<string[]> {
    const order = JSON.stringify({ call: { ...call, count, patience } });
    return JSON.parse(await this.in(from)(process.execPath, [peerProgram, order])) as string[];
  }

  flow(from: string, host: string, port: number): Flow {
    const child = this.start(from, { call: { protocol: 'udp', host, port, count: 100, patience: 1000, flow: true } });
    this.servers.push(child);
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    let sent = 0;
    return {
      async send() {
        if (sent++ > 0) child.stdin?.write('next\n');
        const { value } = await lines.next();
        return (JSON.parse(String(value)) as string[]).at(-1) ?? '';
      },
    };
  }

  /** Runs programs inside a namespace. */
  in(name: string): CommandRunner {
    const inside = [`--net=/run/netns/${this.prefix}-${name}`];
    return (command, args, input) => runCommand('nsenter', [...inside, command, ...args], input);
  }

  async dispose(): Promise<void> {
    for (const server of this.servers) {
      server.kill();
      await once(server, 'close');
    }
    for (const namespace of this.namespaces) await runCommand('ip', ['netns', 'delete', namespace]);
  }

  private start(name: string, order: object): ChildProcess {
    const inside = `--net=/run/netns/${this.prefix}-${name}`;
    return spawn('nsenter', [inside, process.execPath, peerProgram, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  private async addNamespace(name: string): Promise<void> {
    await runCommand('ip', ['netns', 'add', `${this.prefix}-${name}`]);
    this.namespaces.push(`${this.prefix}-${name}`);
    await this.ip(name, 'link set lo up');
  }

  private async connect(name: string, to: string, ...there: string[]): Promise<void> {
    const peer = `peer name to-${name} netns ${this.prefix}-${to}`;
    await this.ip(name, `link add eth0 type veth ${peer}`, 'link set eth0 up');
    await this.ip(to, ...there, `link set to-${name} up`);
  }

  private async ip(name: string, ...commands: string[]): Promise<void> {
    await this.in(name)('ip', ['-batch', '-'], `${commands.join('\n')}\n`);
  }
}
