// Measures what tracing costs the API server: node tools/bench/tracing.mjs [seconds a round]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('tracing');
