// Bundles an app and puts what it needs at run time into <folder>/<app>.
// usage: stage.mjs <app> <folder>
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const [app, folder] = process.argv.slice(2);
if (!app || !folder) {
  console.error('usage: stage.mjs <app> <folder>');
  process.exit(2);
}
execFileSync(process.execPath, [join(root, 'tools/build/bundle.mjs'), `apps/${app}`], { cwd: root, stdio: 'inherit' });
const bundle = join(root, 'dist/apps', app);
const target = join(folder, app);
mkdirSync(target, { recursive: true });
cpSync(bundle, target, { recursive: true, filter: (file) => !file.endsWith('.map') });
for (const name of requiredPackages(readFileSync(join(bundle, 'main.js'), 'utf8'))) copyPackage(name, root, new Set());

/** Installed packages that the bundle loads when it runs, rather than holding them. */
function requiredPackages(code) {
  const names = [...code.matchAll(/\b(?:require|import)\("([@\w][^"]*)"\)/g)]
    .map(([, path]) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
    .filter((name) => !isBuiltin(name) && existsSync(join(root, 'node_modules', name)));
  return new Set(names);
}

/** Copies a package and those that it depends on, as they lie in node_modules. */
function copyPackage(name, from, seen) {
  const source = findPackage(name, from);
  // An optional package for another platform.
  if (!source || seen.has(source)) return;
  seen.add(source);
  const relative = source.slice(root.length + 1);
  cpSync(source, join(target, relative), {
    recursive: true,
    dereference: true,
    filter: (file) => !/\.(map|md|markdown|d\.[cm]?ts)$/.test(file),
  });
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies }))
    copyPackage(dependency, source, seen);
}

function findPackage(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (at === root || at === dirname(at)) return undefined;
  }
}
