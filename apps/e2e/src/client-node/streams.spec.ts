import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { Attach, Cp, Exec, Log, PortForward, type KubeConfig, type V1Status } from '@kubernetes/client-node';
import { busyboxPod, Sandbox } from '../kubectl/support';
import { eventually } from '../support/execute';
import { adminConfig, input, Sink } from './support';

const image = 'docker.io/library/busybox:1.29';
const namespace = 'client-node-streams';

describe('streams of pods through the Kubernetes client for JavaScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-client-node-'));
  let sandbox: Sandbox;
  let config: KubeConfig;

  beforeAll(async () => {
    sandbox = await Sandbox.create(namespace);
    config = adminConfig(sandbox.cluster);
    const serve =
      'mkdir /www; echo served > /www/index.html; httpd -p 8080 -h /www; echo ready; while read line; do echo "got $line"; done; sleep 3600';
    const container = { name: 'main', image, stdin: true, command: ['sh', '-c', serve] };
    await sandbox.apply(busyboxPod('web', { containers: [container] }));
    await sandbox.kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s');
    await eventually(async () => expect(await sandbox.kubectl('logs', 'web')).toContain('ready'));
  }, 180_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.remove();
  }, 90_000);

  /** Runs a command in the pod to its end. */
  async function exec(command: string[], stdin: Readable | null = null, tty = false) {
    const [stdout, stderr] = [new Sink(), new Sink()];
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(namespace, 'web', 'main', command, stdout, tty ? null : stderr, stdin, tty, resolve)
        .catch(reject);
    });
    return { status, stdout: stdout.text, stderr: stderr.text };
  }

  it('exec carries input, output, errors and the exit code', async () => {
    const command = ['sh', '-c', 'cat; echo problem >&2; exit 7'];
    expect(await exec(command, input('text'))).toEqual({
      stdout: 'text',
      stderr: 'problem\n',
      status: {
        metadata: {},
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: 'command terminated with non-zero exit code: exit status 7',
        details: { causes: [{ reason: 'ExitCode', message: '7' }] },
      },
    });
    expect((await exec(['true'])).status).toEqual({ metadata: {}, status: 'Success' });
  });

  it('exec has a terminal when it asks for one', async () => {
    expect((await exec(['tty'], null, true)).stdout).toMatch(/^\/dev\/pts\/\d+\r\n$/);
  });

  it('cp copies a folder there and back', async () => {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    mkdirSync(source);
    mkdirSync(target);
    const content = 'skiff '.repeat(50_000);
    writeFileSync(join(source, 'file.txt'), content);
    await exec(['mkdir', '/copied']);
    await new Cp(config).cpToPod(namespace, 'web', 'main', source, '/copied');
    await eventually(async () =>
      expect((await exec(['wc', '-c', '/copied/file.txt'])).stdout).toBe('300000 /copied/file.txt\n'),
    );
    // The client's own cpFromPod compresses what it then does not decompress.
    const unpack = spawn('tar', ['x', '-C', target]);
    const done = once(unpack, 'close');
    const command = ['tar', 'cf', '-', '-C', '/copied', 'file.txt'];
    await new Exec(config).exec(namespace, 'web', 'main', command, unpack.stdin, new Sink(), null, false);
    await done;
    expect(readFileSync(join(target, 'file.txt'), 'utf8')).toBe(content);
  });

  it('attach reaches the running process, and its log follows', async () => {
    const [log, output, errors] = [new Sink(), new Sink(), new Sink()];
    const following = await new Log(config).log(namespace, 'web', 'main', log, { follow: true });
    const stdin = new PassThrough();
    const attached = await new Attach(config).attach(namespace, 'web', 'main', output, errors, stdin, false);
    stdin.write('a line\n');
    await output.shows('got a line\n');
    await log.shows('ready\ngot a line\n');
    attached.close();
    following.abort();
  });

  describe('port-forward', () => {
    let server: Server;
    let port: number;
    const errors = new Sink();

    beforeAll(async () => {
      const forward = new PortForward(config);
      server = createServer((socket) => {
        const target = Number(socket.localPort) === port ? 8080 : 1;
        forward
          .portForward(namespace, 'web', [target], socket, errors, socket)
          .then((connection) => {
            if (typeof connection !== 'function') connection.onclose = () => socket.end();
          })
          .catch((error: unknown) => socket.destroy(error as Error));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => server.close());

    it('carries connections to a port of the pod', async () => {
      const fetchPage = async (): Promise<string> => {
        const socket = connect(port, '127.0.0.1');
        socket.write('GET / HTTP/1.0\r\n\r\n');
        let answer = '';
        for await (const data of socket) answer += String(data);
        return answer;
      };
      const answers = await Promise.all([fetchPage(), fetchPage()]);
      for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.[01] 200 OK[^]*\r\n\r\nserved\n$/);
    });

    it('tells that nothing listens on a port', async () => {
      const refused = new Sink();
      const stdin = new PassThrough();
      await new PortForward(config).portForward(namespace, 'web', [81], new Sink(), refused, stdin);
      await refused.shows('error forwarding port 81 to pod');
    });
  });
});
