// Measures expressions: node tools/bench/expressions.mjs. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('expressions');
