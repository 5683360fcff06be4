// Measures how long the API server and a whole cluster take to start: node tools/bench/start.mjs [rounds]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('start');
