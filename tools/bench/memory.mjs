// Measures the memory of every process of a cluster at rest: node tools/bench/memory.mjs [seconds of rest]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('memory');
