import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What was answered to a request that asked to leave HTTP. */
export interface UpgradeAnswer {
  readonly message: IncomingMessage;
  /** The connection, and what came after the head of the answer; absent when the upgrade was refused. */
  readonly socket?: Duplex;
  readonly head?: Buffer;
}

/** Hands the answer to whoever asked, and carries bytes both ways if it was a yes. Resolves when that is over. */
export async function carryUpgrade(
  { message, socket, head }: UpgradeAnswer,
  upgrade: { readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const user = upgrade.socket;
  const lines = [`HTTP/1.1 ${message.statusCode} ${message.statusMessage}`];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? '';
    // A refusal ends with the connection.
    if (!socket && ['connection', 'transfer-encoding'].includes(name.toLowerCase())) continue;
    lines.push(`${name}: ${message.rawHeaders[index + 1]}`);
  }
  if (!socket) lines.push('Connection: close');
  user.write(`${lines.join('\r\n')}\r\n\r\n`);
  try {
    if (!socket) return await pipeline(message, user);
    if (head?.length) user.write(head);
    if (upgrade.head.length) socket.write(upgrade.head);
    await Promise.all([pipeline(socket, user), pipeline(user, socket)]);
  } catch {
    // One of them is gone: so is the connection.
    user.destroy();
  }
}
