// Measures the delay of watch events with 100 watchers: node tools/bench/watch.mjs [embedded|etcd …]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('watch', 'support/watch-reference');
