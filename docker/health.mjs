// Health check of a container that has nothing but Node.js.
// usage: health.mjs http://host:port/path                       any answer of 2xx is healthy
//        health.mjs grpc://host:port                           asks grpc.health.v1, in plain text
//        health.mjs grpcs://host:port <ca> [<cert> <key>] [name]  asks grpc.health.v1; name is what the certificate says
// Exit code 0 is healthy, 1 is not; what is wrong goes to standard error.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:http2';

const timeoutMilliseconds = 4_000;
const servingBytes = Buffer.from([0x08, 1]);

const [target = '', ...files] = process.argv.slice(2);
setTimeout(() => fail('no answer'), timeoutMilliseconds).unref();
if (/^grpcs?:/.test(target)) checkGrpc(new URL(target.replace(/^grpc/, 'http')), ...files);
else
  get(target, ({ statusCode = 0 }) => done(statusCode >= 200 && statusCode < 300, `status ${statusCode}`)).on(
    'error',
    fail,
  );

/** The unary call Check with an empty request: the state of the whole server. */
function checkGrpc(url, ca, cert, key, servername = url.hostname) {
  const read = (file) => (file ? readFileSync(file) : undefined);
  const session = connect(url, { ca: read(ca), cert: read(cert), key: read(key), servername });
  session.on('error', fail);
  const call = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const chunks = [];
  let status;
  const note = (headers) => (status = headers['grpc-status'] ?? status);
  call.on('response', note);
  call.on('trailers', note);
  call.on('data', (chunk) => chunks.push(chunk));
  call.on('error', fail);
  // Five bytes of frame come before the message.
  call.on('close', () => {
    const message = Buffer.concat(chunks).subarray(5);
    done(status === '0' && message.equals(servingBytes), `gRPC status ${status}, answer ${message.toString('hex')}`);
  });
  call.end(Buffer.alloc(5));
}

function done(healthy, detail) {
  if (healthy) process.exit(0);
  fail(detail);
}

function fail(reason) {
  console.error(reason instanceof Error ? reason.message : reason);
  process.exit(1);
}
