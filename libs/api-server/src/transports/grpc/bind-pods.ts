import { skiffapiv1, type metav1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { askedToBind } from './decode';
import { decodeMessage, readMessage } from './frames';
import { unread, type GrpcMethod } from './method';
import { ask, type RequestsOfCall } from './requests-of-call';

/** Binds many pods to nodes: each binding is a request. */
export const bindPods = (requests: RequestsOfCall): GrpcMethod => ({
  method: 'POST',
  lasts: false,
  isDoor: true,
  info: unread,
  begin: (stream) => ({
    answer: async (_, call) => {
      const { bindings = [] } = decodeMessage(skiffapiv1.BindPodsRequest, await readMessage(stream));
      const results = await Promise.all(
        bindings.map((binding): Promise<metav1.Status> =>
          ask(requests, call, askedToBind(binding)).then(
            () => ({ metadata: {}, status: 'Success' }),
            (error: unknown) => StatusError.from(error).toStatus(),
          ),
        ),
      );
      return skiffapiv1.BindPodsResponse.encode({ results }).finish();
    },
  }),
});
