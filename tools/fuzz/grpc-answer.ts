import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { metav1 } from '@skiff/contracts';
import { statusTrailer } from '@skiff/platform';
import type { Answer } from './answer';

/** Reads how a call of gRPC ended, which its trailers tell. */
export class GrpcAnswer {
  private trailers: IncomingHttpHeaders | undefined;

  constructor(stream: ClientHttp2Stream) {
    stream.on('trailers', (trailers) => (this.trailers = trailers));
  }

  /** The answer with the status that REST would have given; a call that ends without one has none. */
  read({ status, body }: Answer): Answer {
    const code = this.trailers?.['grpc-status'];
    if (status !== 200) return { status, body };
    if (code === undefined) return { status: 0, body };
    if (code === '0') return { status: 200, body };
    const bytes = this.trailers?.[statusTrailer];
    if (typeof bytes !== 'string') return { status: 500, body: `grpc-status ${String(code)} without a Status` };
    const failure = metav1.Status.decode(Buffer.from(bytes, 'base64'));
    return { status: failure.code ?? 0, body: Buffer.from(JSON.stringify(failure)).toString('latin1') };
  }
}
