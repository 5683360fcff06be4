import { grpchealthv1, grpcreflectionv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { aborted, answerReflection } from '@skiff/platform';
import type { GrpcCall } from './call';
import { decodeMessage, frame, readFrames, readMessage, startResponse } from './frames';

const names = [
  'skiff.api.v1.ResourceService',
  'skiff.node.v1.NodeService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
];

/** Health and reflection. */
export class GrpcServices {
  /** `serving` throws when the server is not ready. */
  constructor(private readonly serving: () => Promise<void>) {}

  async handle(path: string, call: GrpcCall): Promise<void> {
    const [, service = '', method = ''] = path.split('/');
    if (service === 'grpc.health.v1.Health' && method === 'Check') return this.check(call);
    if (service === 'grpc.health.v1.Health' && method === 'Watch') return this.watch(call);
    if (/^grpc\.reflection\.v1(alpha)?\.ServerReflection$/.test(service) && method === 'ServerReflectionInfo')
      return this.reflect(call);
    throw new StatusError(501, 'MethodNotAllowed', `${path} is not served`);
  }

  private async health(): Promise<Buffer> {
    const { SERVING, NOT_SERVING } = grpchealthv1.HealthCheckResponse_ServingStatus;
    const status = await this.serving().then(
      () => SERVING,
      () => NOT_SERVING,
    );
    return frame(grpchealthv1.HealthCheckResponse.encode({ status }).finish());
  }

  private async check({ stream }: GrpcCall): Promise<void> {
    const { service = '' } = decodeMessage(grpchealthv1.HealthCheckRequest, await readMessage(stream));
    if (service !== '' && !names.includes(service)) throw new StatusError(404, 'NotFound', 'unknown service');
    startResponse(stream);
    stream.write(await this.health());
  }

  /** Tells the state now, and then only its changes, which this server never has while it answers. */
  private async watch({ stream, signal }: GrpcCall): Promise<void> {
    await readMessage(stream);
    startResponse(stream);
    stream.write(await this.health());
    await aborted(signal);
  }

  private async reflect({ stream }: GrpcCall): Promise<void> {
    startResponse(stream);
    for await (const message of readFrames(stream)) {
      const request = decodeMessage(grpcreflectionv1.ServerReflectionRequest, message);
      stream.write(
        frame(grpcreflectionv1.ServerReflectionResponse.encode(answerReflection(request, () => names)).finish()),
      );
    }
  }
}
