import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cyclesIn } from './cycles.mjs';
import { moduleGraph } from './graph.mjs';
import { compilerConfigOf, dependenciesOf, doorsOf, importsOf, installedProblems } from './packages.mjs';

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

const folders = ['libs/a', 'libs/a/deep', 'libs/b'];
const imports = importsOf(
  graphOf(
    {
      'libs/a/src/index.ts': "import '@skiff/b'; import 'plain';",
      'libs/a/src/a.spec.ts': "import '@skiff/deep'; import 'plain'; import 'checked';",
      'libs/a/src/testing/x.ts': "import 'checked';",
      'libs/a/deep/src/index.ts': "import '@skiff/b';",
      'libs/b/src/index.ts': '',
    },
    { '@skiff/b': 'libs/b/src/index.ts', '@skiff/deep': 'libs/a/deep/src/index.ts' },
  ),
  folders,
);

test('a library depends on what it imports, and for its development on what only its tests import', () => {
  const names = new Map([
    ['libs/a/deep', '@skiff/deep'],
    ['libs/b', '@skiff/b'],
  ]);
  const versions = { plain: '^1.0.0', checked: '^2.0.0' };
  assert.deepEqual(dependenciesOf(imports.get('libs/a'), names, versions, '0.1.0'), {
    dependencies: { '@skiff/b': '0.1.0', plain: '^1.0.0' },
    devDependencies: { '@skiff/deep': '0.1.0', checked: '^2.0.0' },
  });
  assert.deepEqual(dependenciesOf(imports.get('libs/b'), names, versions, '0.1.0'), {});
});

test('a project is compiled after those that it imports', () => {
  assert.deepEqual(compilerConfigOf('libs/a', imports.get('libs/a')), {
    extends: '../../tsconfig.project.json',
    compilerOptions: { outDir: '../../dist/types/libs/a' },
    references: [{ path: 'deep' }, { path: '../b' }],
  });
});

test('the compiler finds a library by each of its doors', () => {
  const exports = { '.': './src/index.ts', './part': './src/part/index.ts' };
  assert.deepEqual(doorsOf([['libs/a', { name: '@skiff/a', exports }]]), {
    '@skiff/a': ['./libs/a/src/index.ts'],
    '@skiff/a/part': ['./libs/a/src/part/index.ts'],
  });
});

test('packages that nothing uses, and imports that nothing installs, are problems', () => {
  const manifest = {
    dependencies: { imported: '1', unused: '1' },
    devDependencies: { '@types/imported': '1', '@types/unused': '1', tool: '1', beside: '1', written: '1' },
  };
  const graph = graphOf({ 'a.ts': "import 'imported'; import 'stray';" });
  const installed = (name) => ({
    commands: name === 'tool' ? ['do-it'] : [],
    peers: name === 'imported' ? ['beside'] : [],
  });
  assert.deepEqual(installedProblems(manifest, graph, ['do-it --now', "require('written')"], installed), [
    'package.json: nothing uses unused',
    'package.json: nothing uses @types/unused',
    'package.json: a.ts imports stray, which is not a dependency',
  ]);
});
