'use strict';
// Writes the compiled code of a bundle, as far as its help needs it: all that is loaded, and how it is configured.
// usage: compile.cjs <folder>/main.js <file>
const { writeFileSync } = require('node:fs');
const { resolve } = require('node:path');

const main = resolve(process.argv[2]);
const target = resolve(process.argv[3]);
process.argv = [process.execPath, main, '--help'];
process.stdout.write = () => true;
process.on('exit', (code) => {
  if (code === 0) writeFileSync(target, require.cache[main].exports.script.createCachedData());
});
require(main);
