import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Random } from '@skiff/platform';
import type { Serve } from '../../filters/serve';
import { Departure } from '../../request/departure';
import { Request } from '../../request/request';
import { requestId, requestIdHeader } from '../../request/request-id';
import { readRequestInfo } from '../../request/request-info';
import type { Router } from '../../routing/router';
import { sendText } from './answers';
import { leaveBody } from './body';
import type { HttpConnection } from './connection';
import { RestInput } from './decode';
import { RestReply, type RestReplyParts } from './encode';
import { readTarget } from './request-target';

const missingHost = '400 Bad Request: missing required Host header';

/** HTTP/1.1 demands it of every request; Node.js does not where it serves HTTP/2 as well. */
const lacksHost = ({ httpVersion, headers }: IncomingMessage): boolean =>
  httpVersion === '1.1' && headers.host === undefined;

/** Serves REST: reads what is asked for, and has it answered. */
export class HttpHandler {
  constructor(
    private readonly serve: Serve,
    private readonly router: Pick<Router, 'lasts'>,
    private readonly parts: RestReplyParts & { readonly random: Random },
  ) {}

  request(request: IncomingMessage, response: ServerResponse): void {
    if (lacksHost(request)) sendText(response.setHeader('connection', 'close'), 400, missingHost);
    else void this.answer({ request, response }, new Departure(response));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (lacksHost(request)) return void socket.end(`HTTP/1.1 ${missingHost}\r\nConnection: close\r\n\r\n`);
    const departure = new Departure(socket);
    socket.on('error', () => departure.leave('the connection broke'));
    void this.answer({ request, upgrade: { socket, head } }, departure);
  }

  private async answer(connection: HttpConnection, departure: Departure): Promise<void> {
    const { request: message, response } = connection;
    const { clock, yaml, random } = this.parts;
    const received = clock.monotonic();
    const target = readTarget(message.url ?? '/');
    const { path, query } = target;
    const method = message.method ?? 'GET';
    const info = readRequestInfo(method, path, query);
    const input = new RestInput(message, query, yaml);
    const reply = new RestReply(connection, target, this.parts);
    const id = requestId(message.headers, random);
    reply.setHeaders({ [requestIdHeader]: id });
    const lasts = this.router.lasts(info, connection.upgrade !== undefined);
    const asked = { protocol: 'rest', method, path, received, message, departure, info, lasts, input, reply } as const;
    const request = new Request({ ...asked, newId: () => id });
    request.dryRun = query.has('dryRun');
    await this.serve(request);
    if (response) leaveBody(message, response, clock);
  }
}
