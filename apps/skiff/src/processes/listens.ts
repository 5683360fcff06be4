import { connect } from 'node:net';
import { splitAddress } from '@skiff/platform';

/** Whether anything takes connections at "host:port". */
export function listens(address: string): Promise<boolean> {
  const [host, port] = splitAddress(address);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
  });
}
