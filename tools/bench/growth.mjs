// Measures how the memory of an API server grows by load and what it gives back: node tools/bench/growth.mjs
// [embedded|etcd …]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('growth');
