// Measures a whole cluster inside one process: node tools/bench/cluster.mjs [rounds]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('cluster', 'support/cluster-once');
