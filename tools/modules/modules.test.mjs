import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cyclesIn } from './cycles.mjs';
import { moduleGraph } from './graph.mjs';

const graphOf = (texts, doors = {}) => moduleGraph(new Map(Object.entries(texts)), new Map(Object.entries(doors)));

test('a file imports files, libraries by their doors, and packages', () => {
  const graph = graphOf(
    {
      'apps/a/src/main.ts': `import { b } from './b';
        import type { C } from '@skiff/c';
        import { join } from 'node:path';
        import x from '@scope/package/part';
        export * from 'plain';
        const late = import('../../a/src/d/index');
        const text = "import e from './e'";`,
      'apps/a/src/b.ts': '',
      'apps/a/src/d/index.ts': '',
      'apps/a/src/e.ts': '',
      'libs/c/src/index.ts': '',
    },
    { '@skiff/c': 'libs/c/src/index.ts' },
  );
  assert.deepEqual(graph.get('apps/a/src/main.ts'), {
    files: ['apps/a/src/b.ts', 'libs/c/src/index.ts', 'apps/a/src/d/index.ts'],
    packages: ['@scope/package', 'plain'],
  });
});

test('what is required counts as imported', () => {
  assert.deepEqual(graphOf({ 'a.cjs': "const x = require('plain'); require('./b.cjs');", 'b.cjs': '' }).get('a.cjs'), {
    files: ['b.cjs'],
    packages: ['plain'],
  });
});

test('files that import each other are a cycle, types included', () => {
  const graph = graphOf({
    'a.ts': "import { b } from './b';",
    'b.ts': "import type { D } from './d'; import './c';",
    'c.ts': "import './d';",
    'd.ts': "export type { A } from './a';",
    'e.ts': "import './a';",
  });
  assert.deepEqual(cyclesIn(graph), [['a.ts', 'b.ts', 'd.ts', 'a.ts']]);
});

test('each knot of files is told once', () => {
  const graph = graphOf({ 'a.ts': "import './b'; import './c';", 'b.ts': "import './a';", 'c.ts': "import './c';" });
  assert.deepEqual(cyclesIn(graph), [
    ['c.ts', 'c.ts'],
    ['a.ts', 'b.ts', 'a.ts'],
  ]);
});

test('files that only share what they import are no cycle', () => {
  assert.deepEqual(
    cyclesIn(graphOf({ 'a.ts': "import './b'; import './c';", 'b.ts': "import './c';", 'c.ts': '' })),
    [],
  );
});

test('imports of files that are not followed make no cycle', () => {
  const graph = graphOf({ 'a.ts': "import './generated';", 'generated.ts': "import './a';" });
  assert.deepEqual(
    cyclesIn(graph, (file) => file !== 'generated.ts'),
    [],
  );
});
