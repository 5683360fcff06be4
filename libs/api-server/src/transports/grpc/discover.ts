import type { apidiscoveryv2 } from '@skiff/contracts';
import { discoverResponse } from './encode';
import { readMessage } from './frames';
import { lookingAt, unread, type GrpcMethod } from './method';
import { ask, type RequestsOfCall } from './requests-of-call';

/**
 * Tells which resources are served, to whoever may read that over REST.
 * @param groups those that are served now.
 */
export const discover = (requests: RequestsOfCall, groups: () => apidiscoveryv2.APIGroupDiscovery[]): GrpcMethod => ({
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
      return discoverResponse(groups());
    },
  }),
});
