// A server or a client inside a network namespace. Its orders come as one JSON argument.
const { createSocket } = require('node:dgram');
const { createServer, connect } = require('node:net');

const order = JSON.parse(process.argv[2]);

function serve({ name, port, address }) {
  const answer = (address) => `${name} ${address.replace('::ffff:', '')}`;
  createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer(socket.remoteAddress));
  }).listen(port, address, () => {
    const udp = createSocket('udp4');
    udp.on('message', (_, from) => udp.send(answer(from.address), from.port, from.address));
    udp.bind(port, address, () => process.stdout.write('ready\n'));
  });
}

function overTcp({ host, port, patience }) {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host, port });
    socket.setTimeout(patience, () => socket.destroy(Object.assign(new Error(), { code: 'SILENCE' })));
    socket.on('data', (data) => (text += data));
    socket.on('end', () => resolve(text));
    socket.on('error', (error) => resolve(error.code));
  });
}

function overUdp(socket, { patience }) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('SILENCE'), patience);
    const done = (text) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      resolve(text);
    };
    socket.on('message', (data) => done(data.toString()));
    socket.on('error', (error) => done(error.code));
    socket.send('hello', (error) => error && done(error.code));
  });
}

/** A connected socket, so that it learns of ICMP errors; the same source port for all its messages. */
async function udpSocket({ host, port }) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.connect(port, host, resolve));
  return socket;
}

async function call({ protocol, count, flow, ...target }) {
  const answers = [];
  const kept = flow ? await udpSocket(target) : undefined;
  for (let index = 0; index < count; index++) {
    if (protocol === 'tcp') answers.push(await overTcp(target));
    else {
      const socket = kept ?? (await udpSocket(target));
      answers.push(await overUdp(socket, target));
      if (kept === undefined) socket.close();
    }
    if (flow) process.stdout.write(`${JSON.stringify(answers)}\n`);
    if (flow && index < count - 1) await new Promise((resolve) => process.stdin.once('data', resolve));
  }
  kept?.close();
  process.stdin.destroy();
  if (!flow) process.stdout.write(JSON.stringify(answers));
}

if (order.serve) serve(order.serve);
else void call(order.call);
