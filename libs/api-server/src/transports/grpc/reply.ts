import type { ServerHttp2Stream } from 'node:http2';
import type { StatusError } from '@skiff/apimachinery';
import { codeOf } from '../../request/given-input';
import type { Outcome } from '../../request/outcome';
import type { Reply, Request } from '../../request/request';
import { addHeaders, endResponse, frame, startResponse } from './frames';

/** Sends what came of a call: resolves with the one message of the answer, or when it has sent several itself. */
export type SendAnswer = (outcome: Outcome, request: Request) => Uint8Array | Promise<Uint8Array | undefined>;

/** The answer to a call of gRPC. */
export class GrpcReply implements Reply {
  code = 200;
  bytes: number | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly answer: SendAnswer,
  ) {}

  prepare(): void {
    // There is one form of each answer.
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    addHeaders(this.stream, headers);
  }

  whenStarted(listener: (code: number) => void): void {
    const { stream } = this;
    const respond = stream.respond.bind(stream);
    let started: typeof listener | undefined = listener;
    stream.respond = (...given) => {
      started?.(this.code);
      started = undefined;
      respond(...given);
    };
  }

  async send(outcome: Outcome, request: Request): Promise<void> {
    this.code = codeOf(outcome);
    const message = await this.answer(outcome, request);
    // Whoever finishes after the deadline of a call finds it answered.
    if (this.stream.writableEnded) return;
    if (message) {
      this.bytes = message.byteLength;
      startResponse(this.stream);
      this.stream.write(frame(message));
    }
    endResponse(this.stream);
  }

  fail(failure: StatusError, { isExpired }: Request): void {
    if (isExpired) this.stream.once('finish', () => this.stream.close());
    endResponse(this.stream, failure);
  }
}
