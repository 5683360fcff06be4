export interface PemBlock {
  readonly type: string;
  /** Base64, as it was written. */
  readonly body: string;
}

const begin = '-----BEGIN ';

const end = '-----END ';

const firstLine = /^([^-\r\n]+)-----\r?\n/;

/** Longer than the names of all types. */
const longestFirstLine = 128;

/**
 * The blocks of a PEM text, with what stands between them left out.
 * Takes linear time: a block ends at the first line that ends one, or is none.
 */
export function pemBlocks(text: string, most = Infinity): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let start = text.indexOf(begin); start >= 0 && blocks.length < most;) {
    const named = start + begin.length;
    const [line = '', type = ''] = firstLine.exec(text.slice(named, named + longestFirstLine)) ?? [];
    if (line === '') {
      start = text.indexOf(begin, named);
      continue;
    }
    const stop = text.indexOf(end, named);
    if (stop < 0) break;
    if (text.startsWith(`${type}-----`, stop + end.length))
      blocks.push({ type, body: text.slice(named + line.length, stop) });
    start = text.indexOf(begin, stop);
  }
  return blocks;
}
