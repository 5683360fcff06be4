import {
  decodeRange,
  decodeSwap,
  encodeRange,
  encodeSwap,
  type RangeRequest,
  type RangeResponse,
  type SwapRequest,
  type SwapResponse,
} from './messages';
import type { UnaryChannel } from './unary-channel';

/** etcd's KV service: the calls that every read and write of an object makes. */
export class KeyValueCalls {
  constructor(private readonly channel: UnaryChannel) {}

  async range(request: RangeRequest): Promise<RangeResponse> {
    return decodeRange(await this.channel.call('/etcdserverpb.KV/Range', encodeRange(request)));
  }

  async swap(request: SwapRequest): Promise<SwapResponse> {
    return decodeSwap(await this.channel.call('/etcdserverpb.KV/Txn', encodeSwap(request)));
  }
}
