/** Something that is wrong with an expression. */
export interface Issue {
  readonly message: string;
  /** The place in code points from the start; -1 where it is the whole. */
  readonly offset: number;
}

/** The text of an expression, and how messages show places in it. */
export class Source {
  constructor(readonly text: string) {}

  /** By code point, which is what places are counted in. */
  private get points(): readonly string[] {
    return Array.from(this.text);
  }

  /** `ERROR: <input>:1:5: …` with the line and a mark below it. Upstream: cel-go common/error.go. */
  display(issue: Issue): string {
    if (issue.offset < 0) return `ERROR: <input>:-1:0: ${issue.message}`;
    const { points } = this;
    const before = points.slice(0, issue.offset);
    const start = before.lastIndexOf('\n') + 1;
    const column = issue.offset - start;
    const line = before.filter((point) => point === '\n').length + 1;
    const end = points.indexOf('\n', start);
    const shown = points.slice(start, end < 0 ? undefined : end);
    const mark = shown.slice(0, column).map((point) => (isWide(point) ? '．' : '.'));
    const pad = '.'.repeat(Math.max(0, column - shown.length));
    const caret = isWide(shown[column] ?? '') ? '＾' : '^';
    const snippet = shown.join('').replaceAll('\t', ' ');
    const head = `ERROR: <input>:${String(line)}:${String(column + 1)}: ${issue.message}`;
    return `${head}\n | ${snippet}\n | ${mark.join('')}${pad}${caret}`;
  }

  /** All issues, in the order of their places; as many as make a message that can still be read. */
  displayAll(issues: readonly Issue[]): string {
    const sorted = issues.toSorted((one, other) => one.offset - other.offset);
    const shown: string[] = [];
    let length = 0;
    for (const issue of sorted) {
      if (shown.length >= mostShown || length > longestShown) break;
      const text = this.display(issue);
      length += text.length;
      shown.push(text);
    }
    const left = sorted.length - shown.length;
    if (left > 0) shown.push(`${String(left)} more errors were truncated`);
    return shown.join('\n');
  }
}

/** In code units, the last one aside: each issue shows its line, however long that is. */
const longestShown = 65_536;
const mostShown = 100;

/** Upstream takes what needs more than one byte as wide. */
const isWide = (point: string): boolean => (point.codePointAt(0) ?? 0) > 127;
