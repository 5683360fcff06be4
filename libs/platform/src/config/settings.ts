import { createPrivateKey, X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';

/** How a setting is written, and what it becomes. */
export interface Setting<T> {
  /** Of flags and documentation, such as "seconds" or "host:port". */
  readonly unit?: string;
  readonly description: string;
  readonly default: T;
  /** Why there has to be a value, such as "to trust the API server"; undefined where it may be left out. */
  readonly needed?: string;
  /** Turns text into a value; throws an Error whose message says what is expected. */
  parse(text: string): T;
}

export const text = (description: string, fallback = '', unit?: string): Setting<string> => ({
  description,
  default: fallback,
  parse: (value) => value,
  ...(unit ? { unit } : {}),
});

/** A text that has to be what it is taken for, unless it is empty. */
const checked =
  (unit: string, expected: string, isRight: (value: string) => boolean) =>
  (description: string, fallback = ''): Setting<string> => ({
    ...text(description, fallback, unit),
    parse: (value) => {
      if (value !== '' && !isRight(value)) throw new Error(`expected ${expected}`);
      return value;
    },
  });

/** The path of a file that is there when the service starts. */
export const file = checked('file', 'a file that can be read', isReadableFile);
/** The path of a file with certificates. */
export const certificates = checked('file', 'a file with certificates (PEM)', (path) =>
  succeeds(() => new X509Certificate(readFileSync(path))),
);
/** The path of a file with a private key that no password protects. */
export const privateKey = checked('file', 'a file with a private key (PEM)', (path) =>
  succeeds(() => createPrivateKey(readFileSync(path))),
);
export const hostPort = checked('host:port', 'an address as host:port', isHostPort);
/** An IP address. */
export const address = checked('address', 'an IP address', (value) => isIP(value) !== 0);
/** A range of addresses, such as 10.0.0.0/16. */
export const cidr = checked('CIDR', 'a range of addresses such as 10.0.0.0/16', isCidr);
/** A folder that is looked for elsewhere, as seen=real. */
export const folderAlias = checked('seen=real', 'two absolute paths as seen=real', (value) =>
  value.split('=').every((path, index, all) => all.length === 2 && path.startsWith('/') && !path.endsWith('/')),
);
export const url = checked('URL', 'a URL that begins with http:// or https://', isUrl);

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function isReadableFile(path: string): boolean {
  return succeeds(() => accessSync(path, constants.R_OK)) && !statSync(path).isDirectory();
}

function isHostPort(value: string): boolean {
  const [, port] = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]/\s]*):(\d{1,5})$/.exec(value) ?? [];
  return port !== undefined && Number(port) <= 65_535;
}

function isCidr(value: string): boolean {
  const [start = '', length = '', ...more] = value.split('/');
  const family = isIP(start);
  return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}

function isUrl(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value);
}

export const flag = (description: string, fallback = false): Setting<boolean> => ({
  description,
  default: fallback,
  parse: (value) => {
    if (value === 'true' || value === '') return true;
    if (value === 'false') return false;
    throw new Error('expected true or false');
  },
});

export const integer = (
  description: string,
  fallback: number,
  range: { min?: number; max?: number; unit?: string } = {},
): Setting<number> => ({
  description,
  default: fallback,
  ...(range.unit ? { unit: range.unit } : {}),
  parse: (value) => {
    const number = Number(value);
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
    if (value.trim() === '' || !Number.isInteger(number) || number < min || number > max)
      throw new Error(`expected a whole number from ${min} to ${max}`);
    return number;
  },
});

export const positive = (description: string, fallback: number): Setting<number> => ({
  description,
  default: fallback,
  parse: (value) => {
    if (value.trim() === '' || !(Number(value) > 0)) throw new Error('expected a number above 0');
    return Number(value);
  },
});

export const fraction = (description: string, fallback: number): Setting<number> => ({
  description,
  default: fallback,
  parse: (value) => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= 0 && number <= 1)) throw new Error('expected a number from 0 to 1');
    return number;
  },
});

/** Milliseconds, written as 500ms, 10s, 2m or 1h. */
export const duration = (description: string, fallbackMilliseconds: number): Setting<number> => ({
  description,
  unit: 'duration',
  default: fallbackMilliseconds,
  parse: (value) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
    const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
    if (!match || factor === undefined) throw new Error('expected a duration such as 500ms, 10s or 2m');
    return Number(match[1]) * factor;
  },
});

export const choice = <T extends string>(description: string, values: readonly T[], fallback: T): Setting<T> => ({
  description,
  unit: values.join('|'),
  default: fallback,
  parse: (value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`expected one of ${values.join(', ')}`);
    return found;
  },
});

/** Items with commas between them, each as `item` has it. */
export const list = (
  description: string,
  fallback: readonly string[] = [],
  item: (description: string) => Setting<string> = text,
): Setting<readonly string[]> => {
  const { parse } = item('');
  return {
    description,
    unit: 'list',
    default: fallback,
    parse: (value) =>
      value
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean)
        .map((each) => parse(each)),
  };
};

/** A setting that cannot be left empty; `why` ends the sentence that begins "--ca-file is needed". */
export const needed = <T>(setting: Setting<T>, why = ''): Setting<T> => ({ ...setting, needed: why });
