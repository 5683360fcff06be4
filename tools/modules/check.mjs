// Checks how the files of the repository depend on each other: nobody imports in a circle.
// usage: check.mjs
import { resolve } from 'node:path';
import { cyclesIn } from './cycles.mjs';
import { readGraph } from './graph.mjs';

const root = resolve(import.meta.dirname, '../..');
const graph = readGraph(root);

// Messages may hold each other, so what is generated of them does too.
const isWritten = (file) => !file.startsWith('libs/contracts/src/generated/');
const problems = cyclesIn(graph, isWritten).map((cycle) => `import cycle: ${cycle.join(' -> ')}`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
