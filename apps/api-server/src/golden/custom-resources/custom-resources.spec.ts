import { setTimeout as sleep } from 'node:timers/promises';
import { describeRecording } from '../recording';
import { differences } from './differences';
import { pending } from './pending';

describeRecording({
  name: 'crd',
  differences,
  pending,
  // Sleeps gave the recorded server's controllers time, which here take a fraction of it.
  sleep: (seconds) => sleep(seconds * 100),
});
