// Compares the API server of this checkout with that of another, both built, burst by burst:
// node tools/bench/compare.mjs CHECKOUT [embedded|etcd] [--starts N] [--rounds N] [--only work,…] [--bare]. `--bare` leaves
// the other without the environment that a cluster gives its API server. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('compare');
