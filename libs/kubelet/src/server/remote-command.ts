import { connectSpdy, type SpdyConnection, type SpdyStream } from '@skiff/spdy';
import type { StreamOptions } from '../runtime/streaming-runtime';

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

/** The streams of a command; those that were not asked for are absent. */
interface CommandStreams {
  readonly error: SpdyStream;
  readonly stdin: SpdyStream | undefined;
  readonly stdout: SpdyStream | undefined;
  readonly stderr: SpdyStream | undefined;
  readonly resize: SpdyStream | undefined;
}

/** The streams of a command that runs in a container, or of its main process. */
export class RemoteCommand {
  /** Resolves when the command has ended and all its output has been handed on. */
  readonly ended: Promise<CommandEnd>;
  private hasLeft = false;

  private constructor(
    private readonly connection: SpdyConnection,
    private readonly streams: CommandStreams,
    output: CommandOutput,
  ) {
    const { error, stdout, stderr } = streams;
    const errors: Buffer[] = [];
    error.input.on('data', (data: Buffer) => errors.push(data));
    this.handOn(stdout, (data) => output.stdout(data));
    this.handOn(stderr, (data) => output.stderr(data));
    this.ended = Promise.all([error.ended, stdout?.ended, stderr?.ended]).then(() => {
      connection.destroy();
      return commandEnd(Buffer.concat(errors).toString('utf8'));
    });
  }

  /** Joins the streams behind an address that the runtime gave out. */
  static async connect(url: string, options: StreamOptions, output: CommandOutput): Promise<RemoteCommand> {
    const { connection } = await connectSpdy(url, ['v4.channel.k8s.io']);
    void connection.run();
    const open = (type: string): Promise<SpdyStream> => connection.open(new Map([['streamtype', type]]));
    const openIf = async (wanted: boolean, type: string): Promise<SpdyStream | undefined> =>
      wanted ? open(type) : undefined;
    const streams = {
      error: await open('error'),
      stdin: await openIf(options.stdin, 'stdin'),
      stdout: await openIf(options.stdout, 'stdout'),
      stderr: await openIf(options.stderr && !options.tty, 'stderr'),
      resize: await openIf(options.tty, 'resize'),
    };
    return new RemoteCommand(connection, streams, output);
  }

  /** Resolves when there is room for more. */
  async write(data: Buffer): Promise<void> {
    await this.streams.stdin?.write(data);
  }

  async closeStdin(): Promise<void> {
    await this.streams.stdin?.end();
  }

  async resize(size: TerminalSize): Promise<void> {
    await this.streams.resize?.write(Buffer.from(JSON.stringify({ Width: size.width, Height: size.height })));
  }

  /** Lets output flow again. */
  resume(): void {
    this.streams.stdout?.input.resume();
    this.streams.stderr?.input.resume();
  }

  /**
   * Leaves after what was written; a command that reads its input gets all of it, and then the end. What it still says
   * is read and dropped: else the runtime would throw it out before it has read all.
   */
  leave(): void {
    this.hasLeft = true;
    this.connection.leave();
    this.resume();
  }

  private handOn(stream: SpdyStream | undefined, take: (data: Buffer) => boolean): void {
    stream?.input.on('data', (data: Buffer) => {
      if (!this.hasLeft && !take(data)) stream.input.pause();
    });
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
