import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a page says to write in a file. */
export interface Block {
  readonly language: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** The blocks of code of a page, as far as they name the file they are for. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^( *)```(\S+) (\S+)\n([^]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', path = '', code = '']) => {
      const lines = code.split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      return { language, path, text: lines.join('\n') };
    },
  );
}

/** Does in the repository at `root` what a block says: a `diff` adds lines to a file, any other is a new file. */
export function follow(root: string, { language, path, text }: Block): void {
  const file = join(root, path);
  if (language === 'diff') {
    writeFileSync(file, withAdded(readFileSync(file, 'utf8'), text));
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  }
}

/** Adds the lines that begin with `+` below the line before them, which has to be there once. */
function withAdded(source: string, diff: string): string {
  const lines = source.split('\n');
  let next = 0;
  for (const line of diff.split('\n').filter(Boolean)) {
    const text = line.slice(1);
    if (line.startsWith('+')) {
      lines.splice(next, 0, text);
      next += 1;
    } else {
      next = lines.indexOf(text) + 1;
      if (next === 0 || lines.includes(text, next)) throw new Error(`expected once: ${text}`);
    }
  }
  return lines.join('\n');
}
