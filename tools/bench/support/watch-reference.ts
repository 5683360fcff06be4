import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

/**
 * A process of its own that hands what is posted to whoever watches, and does nothing else: the least that a server
 * on Node.js can need. Argument: the folder with certificates. Sends its parent the port.
 */
const pki = process.argv[2] ?? '';
const read = (name: string): Buffer => readFileSync(join(pki, name));
const watchers = new Set<ServerResponse>();
const server = createServer({ cert: read('api-server.crt'), key: read('api-server.key') }, (request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
    return;
  }
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    const object: unknown = { kind: 'ConfigMap', apiVersion: 'v1', uid: randomUUID(), ...JSON.parse(body) };
    const text = JSON.stringify(object);
    const event = Buffer.from(`{"type":"ADDED","object":${text}}\n`);
    for (const watcher of watchers) watcher.write(event);
    response.writeHead(201, { 'content-type': 'application/json' }).end(text);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
