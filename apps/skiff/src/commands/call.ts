import { Metadata, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { fromServiceError } from '@skiff/platform';

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** Calls a service. `deadline` is in milliseconds since the epoch. Rejects with a StatusError. */
export function call<Response>(
  begin: (metadata: Metadata, options: Partial<CallOptions>, callback: Callback<Response>) => unknown,
  deadline: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    begin(new Metadata(), { deadline }, (error, response) =>
      error ? reject(fromServiceError(error)) : resolve(response),
    );
  });
}
