'use strict';
// Runs the service beside this file from code that was compiled when it was built, which halves the processor time
// of its start. Where Node.js refuses that code, since it is of another version, it compiles the text itself.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const filename = join(__dirname, 'SERVICE.js');

function compiledCode() {
  try {
    return readFileSync(join(__dirname, 'SERVICE.code'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

// Code is accepted under the flags that it was compiled with. This one was put to use when the process began, and
// counts for nothing from then on.
setFlagsFromString('--max-semi-space-size=0');

// The text is ASCII, which is read the fastest as Latin-1.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: compiledCode(),
});
// For tools/build/compile.cjs.
module.exports = { script };
script.runInThisContext()({}, require, module, __filename, __dirname);
