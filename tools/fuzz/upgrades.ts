import fc from 'fast-check';
import { encoded, latin1, type Input } from './input';
import { streamsNode, streamsPod } from './prepare';
import { text } from './values';

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

const pod = `/api/v1/namespaces/default/pods/${streamsPod}`;
const webSocketPaths = fc.oneof(
  fc.constantFrom(
    ...['/api/v1/pods?watch=1', '/apis/apps/v1/deployments?watch=true&allowWatchBookmarks=1', '/version'],
    ...[`${pod}/exec?command=x&stdin=1&stdout=1`, `${pod}/attach?stdin=1&tty=1`, `${pod}/log?follow=1`],
    ...[`${pod}/portforward?ports=80`, `${pod}/portforward?ports=0,x,99999`, `${pod}/portforward`],
    ...[`/api/v1/nodes/${streamsNode}/proxy/x`, '/api/v1/namespaces/default/services/a/proxy/'],
  ),
  text.map((value) => `/api/v1/pods?watch=1&labelSelector=${encoded(value.slice(0, 500))}`),
  text.map((value) => `${pod}/exec?container=${encoded(value.slice(0, 500))}&command=${encoded(value.slice(0, 500))}`),
);

/** A frame of a WebSocket whose bits and length may be any. */
const webSocketFrame = fc
  .tuple(
    fc.constantFrom(0x81, 0x82, 0x82, 0x82, 0x88, 0x89, 0x8a, 0x01, 0x00, 0xf2, 0x83),
    fc.constantFrom(true, true, true, false),
    bytes(60),
    fc.constantFrom(0, 1, 2, 4, 255).map((channel) => Buffer.from([channel])),
    fc.constantFrom<number | undefined>(undefined, undefined, undefined, 126, 127),
  )
  .map(([first, masked, rest, channel, length]) => {
    const payload = Buffer.concat([channel, rest]);
    const lie = length === 127 ? Buffer.alloc(8, 0xff) : length === 126 ? Buffer.from([0xff, 0xff]) : Buffer.alloc(0);
    const head = Buffer.from([first, (masked ? 0x80 : 0) | (length ?? payload.length)]);
    // A mask of zeros leaves the payload as it is.
    return Buffer.concat([head, lie, Buffer.alloc(masked ? 4 : 0), payload]);
  });

const protocols = fc.constantFrom(
  ...['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'SPDY/3.1+portforward.k8s.io', ''],
  ...['v4.channel.k8s.io, v5.channel.k8s.io', 'x', 'base64url.bearer.authorization.k8s.io.eA'],
);

/** A frame of SPDY, of any type, whose payload may be any. */
const spdyFrame = fc
  .tuple(
    fc.constantFrom(0x80030001, 0x80030001, 0x80030003, 0x80030006, 0x80030007, 0x80030008, 1, 3, 0x80020001, 0),
    fc.nat(255),
    fc.oneof(bytes(60), fc.constant(Buffer.from('00000001000000000000', 'hex'))),
    fc.constantFrom<number | undefined>(undefined, undefined, undefined, 0, 0xffffff),
  )
  .map(([first, flags, payload, length]) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(first, 0);
    head.writeUInt8(flags, 4);
    head.writeUIntBE(length ?? payload.length, 5, 3);
    return Buffer.concat([head, payload]);
  });

const upgrade = (path: string, method: string, lines: readonly string[], frames: readonly Buffer[]): Input => ({
  over: 'raw http/1.1',
  method: '',
  path: '',
  headers: {},
  body: `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${lines.join('\r\n')}\r\n\r\n${latin1(Buffer.concat(frames))}`,
});

const webSockets = fc
  .tuple(
    webSocketPaths,
    protocols,
    fc.constantFrom('dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ==', 'x'),
    fc.constantFrom('13', '13', '13', '8', 'x'),
    fc.array(webSocketFrame, { maxLength: 8 }),
  )
  .map(([path, protocol, key, version, frames]) => {
    const offer = protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : [];
    const lines = ['Upgrade: websocket', `Sec-WebSocket-Key: ${key}`, `Sec-WebSocket-Version: ${version}`, ...offer];
    return upgrade(path, 'GET', lines, frames);
  });

const spdy = fc
  .tuple(
    fc.constantFrom(`${pod}/exec?command=x&stdin=1&stdout=1`, `${pod}/attach?stdout=1`, `${pod}/portforward`),
    fc.constantFrom('v5.channel.k8s.io', 'v4.channel.k8s.io', 'portforward.k8s.io', 'portforward.k8s.io', 'x'),
    fc.array(spdyFrame, { maxLength: 8 }),
  )
  .map(([path, protocol, frames]) =>
    upgrade(path, 'POST', ['Upgrade: SPDY/3.1', `X-Stream-Protocol-Version: ${protocol}`], frames),
  );

/** Requests that leave HTTP, with what comes after them. */
export const upgrades: fc.Arbitrary<Input> = fc.oneof(webSockets, spdy);
