import type { WebSocket } from 'ws';

/** How messages of a WebSocket name the channel that they belong to. */
interface Coding {
  encode(channel: number, data: Uint8Array): Buffer | string;
  decode(message: Buffer): { readonly channel: number; readonly data: Buffer };
}

/** The first byte of a message is its channel. */
const binary: Coding = {
  encode: (channel, data) => Buffer.concat([Uint8Array.of(channel), data]),
  decode: (message) => ({ channel: message[0] ?? 0, data: message.subarray(1) }),
};

/** For clients without binary messages: the first character is the channel's digit, what follows is base64. */
const base64: Coding = {
  encode: (channel, data) => `${channel}${Buffer.from(data).toString('base64')}`,
  decode: (message) => ({
    channel: (message[0] ?? 0) - '0'.charCodeAt(0),
    data: Buffer.from(message.subarray(1).toString('latin1'), 'base64'),
  }),
};

/** The channels of a WebSocket, in the coding of the protocol that was agreed on. */
export class Channels {
  private readonly coding: Coding;

  constructor(private readonly socket: WebSocket) {
    this.coding = socket.protocol.includes('base64') ? base64 : binary;
    socket.on('error', () => socket.terminate());
  }

  /** Hands on every message that is not empty. */
  listen(receive: (channel: number, data: Buffer) => void): void {
    this.socket.on('message', (message: Buffer) => {
      if (message.length === 0) return;
      const { channel, data } = this.coding.decode(message);
      receive(channel, data);
    });
  }

  /** Resolves when the client can take more; a client that is gone takes everything. */
  send(channel: number, data: Uint8Array): Promise<void> {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    // An error means that the client is gone, of which the socket tells.
    return new Promise((resolve) => socket.send(this.coding.encode(channel, data), () => resolve()));
  }
}
