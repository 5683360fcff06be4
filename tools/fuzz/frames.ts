import fc from 'fast-check';
import { latin1, type Input } from './input';
import { upgrades } from './upgrades';

const bytes = (maxLength: number): fc.Arbitrary<string> => fc.uint8Array({ maxLength }).map(latin1);
const connection =
  (over: Input['over']) =>
  (body: string): Input => ({ over, method: '', path: '', headers: {}, body });

/** What is no HTTP/1.1, or nearly. */
const http1 = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PRI', 'CONNECT', 'G\0T', ''),
    fc.oneof(fc.constantFrom('/version', '/api/v1/pods', '*', 'https://x/y', '/%00'), bytes(20)),
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', 'HTTP'),
    fc.array(
      fc.oneof(
        fc.constantFrom(
          'Host: x',
          'Content-Length: 5',
          'Content-Length: -1',
          'Content-Length: 99999999999',
          'Upgrade: x',
        ),
        fc.constantFrom(
          'Transfer-Encoding: chunked',
          'Connection: upgrade',
          'Expect: 100-continue',
          `A: ${'b'.repeat(9_000)}`,
        ),
        bytes(30),
      ),
      { maxLength: 5 },
    ),
    fc.oneof(fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '{"a":', 'ffffffffffffffff\r\n'), bytes(50)),
  )
  .map(([method, path, version, lines, body]) => `${method} ${path} ${version}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  .map(connection('raw http/1.1'));

/** Frames of HTTP/2 in any order, of any type, flags and stream. */
const frame = fc
  .tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.nat(255),
    fc.constantFrom(0, 1, 3, 2, 2 ** 31 - 1),
    fc.uint8Array({ maxLength: 60 }),
  )
  .map(([type, flags, stream, payload]) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return latin1(Buffer.concat([head, payload]));
  });
const settings = latin1(Buffer.from('000000040000000000', 'hex'));
const http2 = fc
  .array(frame, { maxLength: 8 })
  .map((frames) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}${frames.join('')}`)
  .map(connection('raw h2'));

export const frames: fc.Arbitrary<Input> = fc.oneof(
  { weight: 1, arbitrary: http1 },
  { weight: 1, arbitrary: http2 },
  { weight: 2, arbitrary: upgrades },
);
