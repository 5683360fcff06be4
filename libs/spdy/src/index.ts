export { connectSpdy, type SpdyClient } from './connect';
export { SpdyConnection, type SpdyRole } from './connection';
export type { Headers } from './header-codec';
export { SpdyStream } from './stream';
