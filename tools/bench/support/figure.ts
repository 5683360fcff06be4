/** What a section prints, one JSON object a line; the table of tools/bench/run.mjs looks targets up by section and work. */
export interface Figure {
  readonly section: string;
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  readonly [detail: string]: unknown;
}

export function print(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** The value below which a share of the sorted values lies, 0 to 1. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;

/** One decimal. */
export const rounded = (value: number): number => Math.round(value * 10) / 10;
/** Milliseconds as seconds with two decimals. */
export const inSeconds = (milliseconds: number): number => Math.round(milliseconds / 10) / 100;
