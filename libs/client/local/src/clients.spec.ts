import { credentials } from '@grpc/grpc-js';
import { GrpcClient } from '@skiff/client-grpc';
import { describeClientContract } from '@skiff/client/suite';
import { LocalClient } from './local-client';
import { startServer } from './testing/server';

describeClientContract("in the server's own process", async () => {
  const server = await startServer();
  const userAgent = 'suite';
  return {
    client: new LocalClient({ server, userAgent, user: { name: 'admin', groups: ['system:masters'] } }),
    nobody: new LocalClient({ server, userAgent, user: { name: 'nobody' } }),
    close: () => server.close(),
  };
});

describeClientContract('over gRPC', async () => {
  const server = await startServer();
  const target = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  const as = async (user: 'admin' | 'nobody'): Promise<GrpcClient> => {
    const [ca, key, cert] = [
      await server.pem('ca.crt'),
      await server.pem(`${user}.key`),
      await server.pem(`${user}.crt`),
    ];
    return new GrpcClient({ target, credentials: credentials.createSsl(ca, key, cert), userAgent: 'suite' });
  };
  const [client, nobody] = [await as('admin'), await as('nobody')];
  return {
    client,
    nobody,
    async close() {
      client.close();
      nobody.close();
      await server.close();
    },
  };
});
