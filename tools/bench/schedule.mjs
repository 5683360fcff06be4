// Measures scheduling end to end: node tools/bench/schedule.mjs [embedded|etcd] (see schedule.ts). Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('schedule');
