import type { ServedResource } from '@skiff/apimachinery';
import { discoverResponse } from './encode';
import { readMessage } from './frames';
import { lookingAt, unread, type GrpcMethod } from './method';
import { ask, type RequestsOfCall } from './requests-of-call';

/**
 * Tells which resources are served, to whoever may read that over REST.
 * @param resources those that are served now.
 */
export const discover = (requests: RequestsOfCall, resources: () => readonly ServedResource[]): GrpcMethod => ({
  method: 'GET',
  lasts: false,
  isDoor: true,
  info: unread,
  begin: (stream) => ({
    answer: async (_, call) => {
      await readMessage(stream);
      // Over REST it takes two requests to learn of all groups.
      for (const path of ['/api', '/apis'])
        await ask(requests, call, { info: lookingAt(path), given: {}, dryRun: false });
      return discoverResponse(resources());
    },
  }),
});
