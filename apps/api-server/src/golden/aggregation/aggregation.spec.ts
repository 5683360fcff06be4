import { setTimeout as sleep } from 'node:timers/promises';
import { describeRecording } from '../recording';
import { startBackend } from './backend';
import { differences } from './differences';
import { backendAddress, startAggregatingServer } from './server';

describeRecording({
  name: 'aggregation',
  differences,
  pending: new Map(),
  // Sleeps gave the recorded server's controllers time, which here take a fraction of it.
  sleep: (seconds) => sleep(seconds * 250),
  start: async () => {
    const backend = await startBackend();
    const server = await startAggregatingServer();
    const close = async (): Promise<void> => {
      await server.close();
      await backend.close();
    };
    const { port, deadPort, caBundle } = backend;
    const names = {
      backendIp: backendAddress,
      backendPort: String(port),
      deadPort: String(deadPort),
      caBundle,
    };
    return { server: { ...server, close }, names };
  },
});
