import type { StreamOptions } from '../runtime/types';
import { SpdyConnection, type SpdyStream } from './spdy/connection';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** How a command ended: by itself, or because it could not be run. */
export interface CommandEnd {
  readonly exitCode: number;
  /** Empty when the command itself ended. */
  readonly error: string;
}

export interface CommandOutput {
  /** False when the producer should pause until `resume` is called. */
  stdout(data: Buffer): boolean;
  stderr(data: Buffer): boolean;
}

/** The streams of a command that runs in a container, or of its main process. */
export class RemoteCommand {
  private constructor(
    private readonly connection: SpdyConnection,
    private readonly stdinStream: SpdyStream | undefined,
    private readonly resizeStream: SpdyStream | undefined,
    /** Resolves when the command has ended and all its output has been handed on. */
    readonly ended: Promise<CommandEnd>,
  ) {}

  /** Joins the streams behind an address that the runtime gave out. */
  static async connect(url: string, options: StreamOptions, output: CommandOutput): Promise<RemoteCommand> {
    const connection = await SpdyConnection.connect(url, ['v4.channel.k8s.io']);
    const hand =
      (take: (data: Buffer) => boolean) =>
      (data: Buffer): void => {
        if (!take(data)) connection.pause();
      };
    const errors: Buffer[] = [];
    const error = connection.open({ streamtype: 'error' });
    error.onData = (data) => void errors.push(data);
    const stdin = options.stdin ? connection.open({ streamtype: 'stdin' }) : undefined;
    const outputs: SpdyStream[] = [];
    if (options.stdout) {
      const stdout = connection.open({ streamtype: 'stdout' });
      stdout.onData = hand((data) => output.stdout(data));
      outputs.push(stdout);
    }
    if (options.stderr && !options.tty) {
      const stderr = connection.open({ streamtype: 'stderr' });
      stderr.onData = hand((data) => output.stderr(data));
      outputs.push(stderr);
    }
    const resize = options.tty ? connection.open({ streamtype: 'resize' }) : undefined;
    const ended = Promise.all([error.ended, ...outputs.map((stream) => stream.ended)]).then(() => {
      connection.close();
      return commandEnd(Buffer.concat(errors).toString('utf8'));
    });
    return new RemoteCommand(connection, stdin, resize, ended);
  }

  /** Resolves when there is room for more. */
  async write(data: Buffer): Promise<void> {
    if (this.stdinStream === undefined || this.stdinStream.write(data)) return;
    const drained = new Promise<void>((resolve) => this.connection.onceDrained(resolve));
    await Promise.race([drained, this.connection.closed]);
  }

  closeStdin(): void {
    this.stdinStream?.end();
  }

  resize(size: TerminalSize): void {
    this.resizeStream?.write(Buffer.from(JSON.stringify({ Width: size.width, Height: size.height })));
  }

  /** Lets output flow again. */
  resume(): void {
    this.connection.resume();
  }

  /** Leaves after what was written; a command that reads its input gets all of it, and then the end. */
  leave(): void {
    this.connection.leave();
  }
}

interface EndStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** Reads the Status that the error stream of protocol v4 ends with. */
function commandEnd(text: string): CommandEnd {
  if (text === '') return { exitCode: 0, error: '' };
  let status: EndStatus;
  try {
    status = JSON.parse(text) as EndStatus;
  } catch {
    return { exitCode: 1, error: text };
  }
  if (status.status === 'Success') return { exitCode: 0, error: '' };
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return { exitCode: Number(code), error: '' };
  return { exitCode: 1, error: status.message ?? 'the command could not be run' };
}
