import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { systemClock } from '@skiff/platform';
import type { skiffnodev1 } from '@skiff/contracts';
import { missingForContainerd } from '../testing/test-containerd';
import { eventually } from '../testing/test-kubelet';
import { forever, hostPod, TestNode } from '../testing/test-node';

const missing = missingForContainerd();
const withContainers = missing === undefined ? describe : describe.skip;

withContainers(`one side that ends first${missing === undefined ? '' : ` (this machine lacks ${missing})`}`, () => {
  let node: TestNode;

  beforeAll(async () => {
    node = await TestNode.start(`/kubelet-half-close-${process.pid}`);
    await node.create(hostPod('p', [{ name: 'c', command: forever }]));
    await eventually(() => node.isReady('p'));
  }, 60_000);

  afterAll(() => node.stop(), 30_000);

  /** Sends to a port of the pod and closes that side; all of the answer. */
  function forward(port: number, text: string): Promise<string> {
    const call = node.kubelet.node.portForward();
    const answer: Buffer[] = [];
    return new Promise((resolve, reject) => {
      call.on('data', ({ data }: skiffnodev1.PortForwardResponse) => answer.push(data ?? Buffer.alloc(0)));
      call.on('error', reject);
      call.on('end', () => resolve(Buffer.concat(answer).toString('utf8')));
      call.write({ start: { podNamespace: 'default', podName: 'p', port } });
      if (text !== '') call.write({ data: Buffer.from(text) });
      call.end();
    });
  }

  it('still gets what a port of a pod answers, and then the end', async () => {
    const big = 'x'.repeat(300_000);
    const server = createServer((_, response) => {
      // Later than the runtime itself would wait after the client has closed its side.
      void systemClock.sleep(1500).then(() => response.end(big));
    });
    server.on('connection', (socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await forward(port, 'GET / HTTP/1.0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer.endsWith(big)).toBe(true);
    server.closeAllConnections();
    server.close();
  });

  it('is told the end by a pod that waits for it', async () => {
    const echo = createTcpServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    expect(await forward((echo.address() as AddressInfo).port, 'hello')).toBe('hello');
    echo.close();
  });

  it('hears why a port cannot be reached though it has sent nothing', async () => {
    await expect(forward(1, '')).rejects.toThrow(/connection refused/);
  });

  it('leaves a command all of its input, however much and however slowly it reads, and then the end', async () => {
    const input = Buffer.alloc(3_000_000, 'skiff ');
    const call = node.kubelet.node.exec();
    const container = { podNamespace: 'default', podName: 'p', container: 'c' };
    const command = ['sh', '-c', 'sleep 1; busybox md5sum; echo over'];
    const out: Buffer[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      call.on('data', ({ stdout }: skiffnodev1.ExecResponse) => stdout && out.push(stdout));
      call.on('error', reject);
      call.on('end', () => resolve());
    });
    call.write({ start: { container, command, stdin: true, stdout: true, stderr: false, tty: false } });
    for (let at = 0; at < input.length; at += 60_000) call.write({ stdin: input.subarray(at, at + 60_000) });
    // Without a word that the input is over.
    call.end();
    await ended;
    const digest = createHash('md5').update(input).digest('hex');
    expect(Buffer.concat(out).toString('utf8')).toBe(`${digest}  -\nover\n`);
  });
});
