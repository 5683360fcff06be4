import { grpchealthv1, grpcreflectionv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { aborted, answerReflection } from '@skiff/platform';
import { decodeMessage, frame, readFrames, readMessage, startResponse } from './frames';
import { lookingAt, type GrpcMethod } from './method';

const names = [
  'skiff.api.v1.ResourceService',
  'skiff.node.v1.NodeService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
];

/** Throws when the server is not ready. */
type Serving = () => Promise<void>;

async function healthNow(serving: Serving): Promise<Uint8Array> {
  const { SERVING, NOT_SERVING } = grpchealthv1.HealthCheckResponse_ServingStatus;
  const status = await serving().then(
    () => SERVING,
    () => NOT_SERVING,
  );
  return grpchealthv1.HealthCheckResponse.encode({ status }).finish();
}

/** grpc.health.v1.Health. */
export const healthMethods = (serving: Serving): Readonly<Record<string, GrpcMethod>> => ({
  Check: {
    method: 'GET',
    lasts: false,
    info: lookingAt('/healthz'),
    begin: (stream) => ({
      answer: async () => {
        const { service = '' } = decodeMessage(grpchealthv1.HealthCheckRequest, await readMessage(stream));
        if (service !== '' && !names.includes(service)) throw new StatusError(404, 'NotFound', 'unknown service');
        return healthNow(serving);
      },
    }),
  },
  /** Tells the state now, and then only its changes, which this server never has while it answers. */
  Watch: {
    method: 'GET',
    lasts: true,
    info: lookingAt('/healthz'),
    begin: (stream) => ({
      answer: async (_, { signal }) => {
        await readMessage(stream);
        startResponse(stream);
        stream.write(frame(await healthNow(serving)));
        await aborted(signal);
        return undefined;
      },
    }),
  },
});

/** grpc.reflection.v1.ServerReflection: what schemas there are, as REST tells under /openapi. */
export const reflectionMethods: Readonly<Record<string, GrpcMethod>> = {
  ServerReflectionInfo: {
    method: 'GET',
    lasts: true,
    info: lookingAt('/openapi/v3'),
    begin: (stream) => ({
      answer: async () => {
        startResponse(stream);
        for await (const message of readFrames(stream)) {
          const request = decodeMessage(grpcreflectionv1.ServerReflectionRequest, message);
          const answer = answerReflection(request, () => names);
          stream.write(frame(grpcreflectionv1.ServerReflectionResponse.encode(answer).finish()));
        }
        return undefined;
      },
    }),
  },
};
