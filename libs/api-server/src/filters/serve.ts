import type { Handler } from '../request/chain';
import type { Request } from '../request/request';

/** Has a request answered, whatever comes of it. Never rejects. */
export type Serve = (request: Request) => Promise<void>;

/** The filters have told whoever has to know what a request failed of. */
const told = (): void => undefined;

export const serve =
  (handle: Handler): Serve =>
  (request) =>
    handle(request).then(told, told);
