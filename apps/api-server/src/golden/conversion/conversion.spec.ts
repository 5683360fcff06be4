import { setTimeout as sleep } from 'node:timers/promises';
import { describeRecording, type PlayedServer } from '../recording';
import { startTestServer } from '../server';
import { startWebhookProgram } from '../webhooks/program';
import { answerToConversion } from './answers';
import { differences } from './differences';
import { pending } from './pending';

async function start(): Promise<PlayedServer> {
  const server = await startTestServer();
  const { hookUrl, caBundle, close } = await startWebhookProgram(answerToConversion);
  return {
    server: {
      send: server.send,
      close: async () => {
        await server.close();
        await close();
      },
    },
    names: { hookUrl, caBundle },
  };
}

describeRecording({
  ...{ name: 'conversion', differences, pending, start },
  sleep: (seconds) => sleep(seconds * 100),
});
