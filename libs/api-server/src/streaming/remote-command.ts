import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import type { metav1, skiffnodev1 } from '@skiff/contracts';
import { fromServiceError, StatusError } from '@skiff/platform';
import type { UserEnd } from './user-end';

type Request = skiffnodev1.ExecRequest & skiffnodev1.AttachRequest;
type Response = skiffnodev1.ExecResponse & skiffnodev1.AttachResponse;

/** A call of the kubelet that joins a command: `exec` or `attach`, with its start already sent. */
export type CommandCall = ClientDuplexStream<Request, Response>;

/** Carries bytes between the user and the command until it ends or the user goes. */
export async function bridgeCommand(user: UserEnd, call: CommandCall): Promise<void> {
  const leave = (): void => call.cancel();
  user.signal.addEventListener('abort', leave, { once: true });
  user.onResize(({ width, height }) => call.write({ resize: { width, height } }));
  forwardInput(user, call);
  try {
    await user.finish(await forwardOutput(user, call));
  } catch (error) {
    if (!user.signal.aborted) await user.finish(fromServiceError(error as ServiceError).toStatus());
  } finally {
    user.signal.removeEventListener('abort', leave);
    call.cancel();
  }
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
