import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { Clock, Timer } from '@skiff/platform';
import { connectSpdy, type SpdyConnection, type SpdyStream } from '@skiff/spdy';
import type { ServedNode } from './served-node';
import { findSandbox } from './lookup';

type Request = skiffnodev1.PortForwardRequest;

export type PortForwardCall = ServerDuplexStream<Request, skiffnodev1.PortForwardResponse>;

/** For so long the pod may say nothing after the caller has ended, in milliseconds. */
const silenceMilliseconds = 3000;

/**
 * Carries one connection to a port of a pod: each side may end before the other, and
 * the caller gets what the pod answers although it sends no more itself. The runtime
 * ends the answer a second after it is told of the caller's end, whether there is
 * more to come or not; so it is told once the pod has been silent for a while.
 */
export async function servePortForward(node: ServedNode, call: PortForwardCall): Promise<void> {
  const { start } = await firstRequest(call);
  if (start === undefined) throw new StatusError(400, 'BadRequest', 'the first request must name a pod and a port');
  const port = start.port ?? 0;
  const sandbox = findSandbox(node, start);
  const url = await node.runtime.portForward(sandbox.id, [port]);
  const { connection } = await connectSpdy(url, ['portforward.k8s.io']);
  call.on('cancelled', () => connection.destroy());
  const running = connection.run();
  try {
    await forward(connection, port, call, node.clock);
  } finally {
    connection.destroy();
  }
  await running;
  call.end();
}

/** The first request; those that follow wait. An iterator would end the answers together with the requests. */
function firstRequest(call: PortForwardCall): Promise<Request> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new StatusError(400, 'BadRequest', 'there was no request'));
    call.once('end', ended);
    call.once('data', (request: Request) => {
      call.pause();
      call.off('end', ended);
      resolve(request);
    });
  });
}

async function forward(connection: SpdyConnection, port: number, call: PortForwardCall, clock: Clock): Promise<void> {
  const open = (type: string): Promise<SpdyStream> =>
    connection.open(new Map(Object.entries({ port: String(port), requestid: '0', streamtype: type })));
  const errors = await open('error');
  const problems: Buffer[] = [];
  errors.input.on('data', (data: Buffer) => problems.push(data));
  // The caller has nothing to say on it.
  await errors.end();
  const data = await open('data');
  const silence = new Silence(clock, () => void data.end());
  data.input.on('data', (bytes: Buffer) => {
    silence.broken();
    if (!call.write({ data: bytes })) data.input.pause();
  });
  call.on('drain', () => data.input.resume());
  upload(call, data, silence);
  try {
    await Promise.all([data.ended, errors.ended]);
  } finally {
    silence.stop();
  }
  const problem = Buffer.concat(problems).toString('utf8');
  if (problem !== '') throw new StatusError(500, 'InternalError', problem);
}

function upload(call: PortForwardCall, stream: SpdyStream, silence: Silence): void {
  call.on('data', ({ data }: Request) => {
    if (data === undefined) return;
    call.pause();
    void stream.write(data).finally(() => call.resume());
  });
  call.on('end', () => silence.begin());
  call.resume();
}

/** Waits until nothing has come for a while. */
class Silence {
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly over: () => void,
  ) {}

  begin(): void {
    this.timer?.cancel();
    this.timer = this.clock.after(silenceMilliseconds, () => {
      this.timer = undefined;
      this.over();
    });
  }

  /** Something came: if it is waited for silence, that begins anew. */
  broken(): void {
    if (this.timer !== undefined) this.begin();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
