/** Something that is wrong with an expression. */
export interface Issue {
  readonly message: string;
  /** The place in code points from the start; -1 where it is the whole. */
  readonly offset: number;
}

/** The text of an expression, and how messages show places in it. */
export class Source {
  /** By code point, which is what places are counted in. */
  readonly points: readonly string[];

  constructor(readonly text: string) {
    this.points = Array.from(text);
  }

  /** `ERROR: <input>:1:5: …` with the line and a mark below it. Upstream: cel-go common/error.go. */
  display(issue: Issue): string {
    if (issue.offset < 0) return `ERROR: <input>:-1:0: ${issue.message}`;
    const before = this.points.slice(0, issue.offset);
    const start = before.lastIndexOf('\n') + 1;
    const column = issue.offset - start;
    const line = before.filter((point) => point === '\n').length + 1;
    const end = this.points.indexOf('\n', start);
    const shown = this.points.slice(start, end < 0 ? undefined : end);
    const mark = shown.slice(0, column).map((point) => (isWide(point) ? '．' : '.'));
    const pad = '.'.repeat(Math.max(0, column - shown.length));
    const caret = isWide(shown[column] ?? '') ? '＾' : '^';
    const snippet = shown.join('').replaceAll('\t', ' ');
    const head = `ERROR: <input>:${String(line)}:${String(column + 1)}: ${issue.message}`;
    return `${head}\n | ${snippet}\n | ${mark.join('')}${pad}${caret}`;
  }

  /** All issues, in the order of their places. */
  displayAll(issues: readonly Issue[]): string {
    const sorted = issues.toSorted((one, other) => one.offset - other.offset);
    const shown = sorted.slice(0, mostShown).map((issue) => this.display(issue));
    if (sorted.length > mostShown) shown.push(`${String(sorted.length - mostShown)} more errors were truncated`);
    return shown.join('\n');
  }
}

const mostShown = 100;

/** Upstream takes what needs more than one byte as wide. */
const isWide = (point: string): boolean => (point.codePointAt(0) ?? 0) > 127;
