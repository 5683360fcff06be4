import { finished } from 'node:stream';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import type { metav1, skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { fromServiceError, type Clock, type Timer } from '@skiff/platform';
import type { UserEnd } from './user-end';

type Request = skiffnodev1.ExecRequest & skiffnodev1.AttachRequest;
type Response = skiffnodev1.ExecResponse & skiffnodev1.AttachResponse;

/** A call of the kubelet that joins a command: `exec` or `attach`, with its start already sent. */
export type CommandCall = ClientDuplexStream<Request, Response>;

/** How long a command may go on after the last of its input when the user is gone, in milliseconds. */
const lingerMilliseconds = 30_000;

/**
 * Carries bytes between the user and the command until it ends. When the user goes, the command gets
 * all that they have sent, and then the end of its input; it is left soon after.
 */
export async function bridgeCommand(user: UserEnd, call: CommandCall, clock: Clock): Promise<void> {
  const over = leaveAfterUser(user, call, clock);
  user.onResize(({ width, height }) => call.write({ resize: { width, height } }));
  forwardInput(user, call);
  try {
    await user.finish(await forwardOutput(user, call));
  } catch (error) {
    if (!user.signal.aborted) await user.finish(fromServiceError(error as ServiceError).toStatus());
  } finally {
    over();
    call.cancel();
  }
}

/** Hangs up when the user is gone; answers how to give that up. */
function leaveAfterUser({ signal, stdin }: UserEnd, call: CommandCall, clock: Clock): () => void {
  let timer: Timer | undefined;
  const leave = (): void => {
    if (stdin === undefined) return call.cancel();
    // To hang up at once would take what is under way from the command.
    finished(stdin, () => (timer = clock.after(lingerMilliseconds, () => call.cancel())));
  };
  signal.addEventListener('abort', leave, { once: true });
  return () => {
    signal.removeEventListener('abort', leave);
    timer?.cancel();
  };
}

function forwardInput({ stdin }: UserEnd, call: CommandCall): void {
  stdin?.on('data', (data: Buffer) => {
    if (!call.write({ stdin: data })) {
      stdin.pause();
      call.once('drain', () => stdin.resume());
    }
  });
  stdin?.on('end', () => call.write({ closeStdin: {} }));
}

/** Resolves with how the command ended. */
async function forwardOutput(user: UserEnd, call: CommandCall): Promise<metav1.Status> {
  for await (const { stdout, stderr, exit } of call as AsyncIterable<Response>) {
    if (stdout?.length) await user.write('stdout', stdout);
    if (stderr?.length) await user.write('stderr', stderr);
    if (exit) return exitStatus(exit);
  }
  return { metadata: {}, status: 'Success' };
}

/** How upstream tells clients of an exit code. */
export function exitStatus({ exitCode = 0, error = '' }: skiffnodev1.ExecExit): metav1.Status {
  if (error) return StatusError.from(new Error(error)).toStatus();
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
