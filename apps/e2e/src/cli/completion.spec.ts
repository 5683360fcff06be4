import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryPath } from '../support/cluster';
import { Stranger } from './command';

/** A line with the cursor at its end, and what the Tab key makes of it. */
const completed: readonly (readonly [line: string, after: string])[] = [
  ['skiff sched', 'skiff sched'],
  ['skiff compl', 'skiff completion '],
  ['skiff up --sto', 'skiff up --store '],
  ['skiff up --store emb', 'skiff up --store embedded '],
  ['skiff node rem', 'skiff node remove '],
  // What skiff knows no words for is a file.
  ['skiff load arch', 'skiff load archive.tar '],
];

/** What there is to choose from: no files where there are words. */
const offered: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['skiff up --store ', ['embedded', 'etcd']],
  ['skiff node ', ['add', 'list', 'remove']],
  ['skiff load arch', ['archive.tar']],
];

describe('completion', () => {
  const user = new Stranger();
  const bin = join(user.folder, 'bin');
  const environment = {
    ...process.env,
    HOME: user.folder,
    SKIFF_HOME: join(user.folder, 'skiff'),
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    TERM: 'dumb',
  };
  const run = (shell: string, args: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync(shell, args, {
      cwd: user.folder,
      env: environment,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout;
  };

  beforeAll(() => {
    mkdirSync(bin);
    symlinkSync(repositoryPath('tools/setup/skiff.cjs'), join(bin, 'skiff'));
    writeFileSync(join(user.folder, 'archive.tar'), '');
  });
  afterAll(() => user.leaves());

  it('offers words in bash, and leaves files to it', () => {
    for (const [line, words] of offered) {
      const given = line.split(' ');
      const found = run('bash', [
        '-c',
        `source <(skiff completion bash); complete -p skiff | grep -q -- '-o default' || exit 1
         COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _skiff; printf '%s\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...given,
      ]);
      expect({ line, found: found.split('\n').filter(Boolean).sort() }).toEqual({
        line,
        found: line.startsWith('skiff load') ? [] : words,
      });
    }
  }, 60_000);

  it('completes a line in zsh as it is typed', () => {
    const script = join(user.folder, 'typing.zsh');
    const result = join(user.folder, 'typed');
    // A key of our own writes down what stands on the line. Until the line editor has the terminal,
    // the terminal itself would take what is typed, and ^U would take it all away.
    const setUp = [
      'PROMPT=; bindkey -e; autoload -Uz compinit; compinit -u -D; source <(skiff completion zsh)',
      `show() { print -r -- "$BUFFER" >>${result} }; zle -N show; bindkey "^Xs" show`,
      'zle-line-init() { print rea""dy }; zle -N zle-line-init',
    ];
    const typed = completed.map(([line]) => `zpty -w -n shell $'${line}\\t\\C-Xs\\C-U'`);
    writeFileSync(
      script,
      [
        'zmodload zsh/zpty',
        'zpty shell zsh -f -i',
        `zpty -w shell '${setUp.join('; ')}'`,
        'zpty -r shell out "*ready*"',
      ]
        .concat(typed, `zpty -w -n shell $'\\C-D'`, 'while zpty -r shell out; do :; done')
        .join('\n'),
    );
    spawnSync('zsh', ['-f', script], { cwd: user.folder, env: environment, timeout: 60_000 });
    expect(readFileSync(result, 'utf8').split('\n').filter(Boolean)).toEqual(completed.map(([, after]) => after));
  }, 60_000);

  it('offers words in fish, and files where there are none', () => {
    for (const [line, words] of offered) {
      const found = run('fish', ['-c', `skiff completion fish | source; complete -C '${line}'`]);
      expect({
        line,
        found: found
          .split('\n')
          .filter(Boolean)
          .map((each) => each.split('\t')[0])
          .sort(),
      }).toEqual({
        line,
        found: words,
      });
    }
  }, 60_000);
});
