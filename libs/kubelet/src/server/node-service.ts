import type { ServerDuplexStream, ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import type { skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { toServiceError } from '@skiff/platform';
import type { ServedNode } from './served-node';
import { nodeStats } from './stats';
import type { StreamOptions } from '../runtime/streaming-runtime';
import { serveLogs } from './logs';
import { findRunning } from './lookup';
import { servePortForward, type PortForwardCall } from './port-forward';
import { RemoteCommand, type CommandOutput } from './remote-command';

type ExecCall = ServerDuplexStream<skiffnodev1.ExecRequest, skiffnodev1.ExecResponse>;
type AttachCall = ServerDuplexStream<skiffnodev1.AttachRequest, skiffnodev1.AttachResponse>;

/** What the API server asks of this node. */
export function nodeService(node: ServedNode): skiffnodev1.NodeServiceServer {
  const { runtime } = node;
  return {
    logs(call: ServerWritableStream<skiffnodev1.LogsRequest, skiffnodev1.LogsResponse>): void {
      serveLogs(node, call).then(
        () => call.end(),
        (error: unknown) => call.emit('error', toServiceError(error)),
      );
    },
    exec(call: ExecCall): void {
      serveCommand(call, async (request) => {
        const { start } = request;
        if (start === undefined) throw badRequest('the first request must start a command');
        const options = streamOptions(start);
        const { status } = findRunning(node, start.container);
        return { options, url: await runtime.exec(status.id, start.command ?? [], options) };
      });
    },
    attach(call: AttachCall): void {
      serveCommand(call, async (request) => {
        const { start } = request;
        if (start === undefined) throw badRequest('the first request must name a container');
        const { status, spec } = findRunning(node, start.container);
        // The process has a terminal or not whatever the caller says.
        const options = { ...streamOptions(start), tty: spec.container.tty === true };
        return { options, url: await runtime.attach(status.id, options) };
      });
    },
    portForward(call: PortForwardCall): void {
      servePortForward(node, call).catch((error: unknown) => call.emit('error', toServiceError(error)));
    },
    stats(
      _call: ServerUnaryCall<skiffnodev1.StatsRequest, skiffnodev1.StatsResponse>,
      done: sendUnaryData<skiffnodev1.StatsResponse>,
    ): void {
      nodeStats(node).then(
        (stats) => done(null, stats),
        (error: unknown) => done(toServiceError(error)),
      );
    },
  };
}

function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

function streamOptions(start: Partial<StreamOptions> | skiffnodev1.ExecStart): StreamOptions {
  return {
    stdin: start.stdin === true,
    stdout: start.stdout === true,
    // A terminal has one output.
    stderr: start.stderr === true && start.tty !== true,
    tty: start.tty === true,
  };
}

type CommandRequest = Pick<skiffnodev1.ExecRequest, 'stdin' | 'resize' | 'closeStdin'> &
  (skiffnodev1.ExecRequest | skiffnodev1.AttachRequest);

interface Connected {
  readonly options: StreamOptions;
  readonly url: string;
}

/** Joins a call with the streams of a command, in both directions and with back-pressure. */
function serveCommand<Request extends CommandRequest, Response>(
  call: ServerDuplexStream<Request, Response>,
  connect: (request: Request) => Promise<Connected>,
): void {
  const send = (response: skiffnodev1.ExecResponse): boolean => call.write(response as Response);
  const fail = (error: unknown): void => void call.emit('error', toServiceError(error));
  let command: Promise<RemoteCommand> | undefined;
  let work = Promise.resolve();
  const start = async (request: Request): Promise<RemoteCommand> => {
    const { options, url } = await connect(request);
    const output: CommandOutput = {
      stdout: (data) => send({ stdout: data }),
      stderr: (data) => send({ stderr: data }),
    };
    const remote = await RemoteCommand.connect(url, options, output);
    call.on('drain', () => remote.resume());
    void remote.ended.then((end) => {
      send({ exit: { exitCode: end.exitCode, error: end.error } });
      call.end();
    });
    return remote;
  };
  const handle = async (request: Request): Promise<void> => {
    const remote = await command;
    if (remote === undefined) return;
    if (request.stdin !== undefined) await remote.write(request.stdin);
    if (request.resize !== undefined) {
      await remote.resize({ width: request.resize.width ?? 0, height: request.resize.height ?? 0 });
    }
    if (request.closeStdin !== undefined) await remote.closeStdin();
  };
  call.on('data', (request: Request) => {
    if (command === undefined) {
      command = start(request);
      command.catch(fail);
      return;
    }
    call.pause();
    work = work
      .then(() => handle(request))
      .then(
        () => void call.resume(),
        () => void call.resume(),
      );
  });
  call.on('end', () => void work.then(async () => (await command)?.closeStdin()).catch(() => undefined));
  call.on('cancelled', () => void command?.then((remote) => remote.leave()).catch(() => undefined));
}
