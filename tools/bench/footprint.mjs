// Prints what each service takes, as the table of docs/reference/footprint.md: node tools/bench/footprint.mjs [seconds of rest].
import { runBundled } from './support/bundle.mjs';

await runBundled('footprint');
