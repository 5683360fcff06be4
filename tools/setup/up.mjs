// `npm run up`: starts a cluster, and says how to have `skiff` on the PATH where it is not. What follows `--` are
// options of `skiff up`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { join } from 'node:path';

// A terminal's Ctrl-C reaches `skiff` too, which takes away what it has started: this waits for it.
process.on('SIGINT', () => undefined);
const skiff = join(import.meta.dirname, 'skiff.cjs');
const { status } = spawnSync(process.execPath, [skiff, 'up', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
if (status === 0 && !isOnPath()) {
  console.log(
    `\nTo have \`skiff\` as a command (here, \`npx skiff\` is the same):\n  ln -sf ${skiff} /usr/local/bin/skiff`,
  );
}

function isOnPath() {
  return (
    (process.env.PATH ?? '')
      .split(':')
      // npm's own folder is only there for what npm runs.
      .filter((folder) => !folder.includes('node_modules'))
      .some((folder) => {
        try {
          accessSync(join(folder, 'skiff'), constants.X_OK);
          return realpathSync(join(folder, 'skiff')) === skiff;
        } catch {
          return false;
        }
      })
  );
}
