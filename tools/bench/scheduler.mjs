// Measures the scheduler's engine: node tools/bench/scheduler.mjs [nodes] [placed pods] [pods]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('scheduler');
