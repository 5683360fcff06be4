#!/usr/bin/env node
'use strict';
// The `skiff` command of a checkout: what `npx skiff` runs, and what a link on the PATH may lead to.
const { existsSync, realpathSync } = require('node:fs');
const { join, dirname } = require('node:path');

const main = join(dirname(realpathSync(__filename)), '../../dist/apps/skiff/main.js');
if (existsSync(main)) {
  require(main);
} else {
  console.error(
    'skiff: it is not built yet: `npm run up` builds it and starts a cluster, `npm run build` only builds it',
  );
  process.exitCode = 1;
}
