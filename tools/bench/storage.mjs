// Measures the stores: node tools/bench/storage.mjs [embedded|etcd …]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('storage');
