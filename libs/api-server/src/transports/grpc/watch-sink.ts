import { constants, type ServerHttp2Stream } from 'node:http2';
import { drainedOrClosed } from '../drained-or-closed';
import type { WatchSink } from '../../operations/watch-sink';
import { watchFrame } from './encode';
import { startResponse } from './frames';

/** Where the events of a watch over gRPC go. */
export const watchSink = (stream: ServerHttp2Stream): WatchSink => ({
  open: () => startResponse(stream),
  send: (item) => void stream.write(watchFrame(item)),
  backlog: () => stream.writableLength,
  drained: () => drainedOrClosed(stream),
  end: () => undefined,
  abort: () => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM),
});
