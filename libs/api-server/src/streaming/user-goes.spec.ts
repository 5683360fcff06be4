import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { credentials, Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { skiffnodev1 } from '@skiff/contracts';
import { FakeClock } from '@skiff/testing';
import { WebSocket } from 'ws';
import { bridgeCommand, type CommandCall } from './remote-command';
import { refuseUpgrade, upgradeRemoteCommand } from './upgrade';
import type { StreamSelection } from './user-end';

type ExecCall = Parameters<skiffnodev1.NodeServiceServer['exec']>[0];

/** What a command of a kubelet was given. */
class Command {
  bytes = 0;
  readonly ended: Promise<void>;
  readonly left: Promise<void>;

  constructor(readonly call: ExecCall) {
    this.left = once(call, 'cancelled').then(() => undefined);
    this.ended = new Promise((resolve) => {
      call.on('data', ({ stdin, closeStdin }: skiffnodev1.ExecRequest) => {
        this.bytes += stdin?.length ?? 0;
        if (closeStdin !== undefined) resolve();
        // One that is slow, and says much that nobody hears.
        if (stdin === undefined) return;
        call.write({ stdout: Buffer.alloc(10_000) });
        call.pause();
        setImmediate(() => call.resume());
      });
    });
  }
}

describe('a user of a command who goes', () => {
  const grpc = new GrpcServer();
  const clock = new FakeClock();
  const commands: Command[] = [];
  const arrived: (() => void)[] = [];
  let node: InstanceType<typeof skiffnodev1.NodeServiceClient>;
  let http: Server;
  let url: string;

  beforeAll(async () => {
    const exec = (call: ExecCall): void => {
      commands.push(new Command(call));
      for (const tell of arrived.splice(0)) tell();
    };
    grpc.addService(skiffnodev1.NodeServiceService, { exec } as unknown as skiffnodev1.NodeServiceServer);
    const port = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    node = new skiffnodev1.NodeServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    http = createServer();
    http.on('upgrade', (request, socket, head) => {
      const upgrade = { request, socket, head };
      const selection: StreamSelection = { stdin: request.url === '/in', stdout: true, stderr: false, tty: false };
      upgradeRemoteCommand(upgrade, selection, clock)
        .then((user) => {
          const call = node.exec() as CommandCall;
          call.write({ start: { command: ['cat'], ...selection } });
          return bridgeCommand(user, call, clock);
        })
        .catch((error: unknown) => refuseUpgrade(upgrade, error));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    node.close();
    grpc.forceShutdown();
    http.close();
  });

  /** Connects; the user, and the command once it is there. */
  async function open(path: string): Promise<{ user: WebSocket; command: Command }> {
    const next = new Promise<void>((resolve) => arrived.push(resolve));
    const user = new WebSocket(`${url}${path}`, ['v5.channel.k8s.io']);
    user.on('message', () => undefined);
    await once(user, 'open');
    await next;
    const command = commands.at(-1);
    if (command === undefined) throw new Error('no command');
    return { user, command };
  }

  const chunk = Buffer.concat([Uint8Array.of(0), Buffer.alloc(50_000, 'x')]);

  it('leaves the command all that was sent, then the end of its input, and hangs up a while later', async () => {
    const { user, command } = await open('/in');
    for (let count = 0; count < 60; count += 1) user.send(chunk);
    user.close();
    await command.ended;
    expect(command.bytes).toBe(60 * 50_000);
    let hasLeft = false;
    void command.left.then(() => (hasLeft = true));
    await clock.advance(29_000);
    expect(hasLeft).toBe(false);
    await clock.advance(1_000);
    await command.left;
  });

  it('hangs up at once when the command has no input', async () => {
    const { user, command } = await open('/no-input');
    user.terminate();
    await command.left;
  });
});
