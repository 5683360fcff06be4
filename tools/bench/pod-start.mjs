// Measures how long pods of a Deployment take to be Ready: node tools/bench/pod-start.mjs [replicas …]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('pod-start');
