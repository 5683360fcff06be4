// Reduces package.json, in the current folder, to what building the bundles and running them needs.
import { readFileSync, writeFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { esbuild } = manifest.devDependencies;
const { name, version, license, type, dependencies } = manifest;
writeFileSync(
  'package.json',
  JSON.stringify({ name, version, license, type, private: true, dependencies: { ...dependencies, esbuild } }),
);
