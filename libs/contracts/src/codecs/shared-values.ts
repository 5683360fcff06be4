import { RecentMap } from './recent-map';

/** How many distinct values are remembered; the oldest are forgotten first. */
const mostValues = 4_096;
/** Longer texts are rare, and not worth keeping. */
const longestText = 16_384;

/** JSON values by their text: equal texts give one frozen value, whose bytes are made once. */
export class SharedValues<T extends object> {
  private readonly byText = new RecentMap<T>(mostValues);
  private readonly encoded = new WeakMap<T, Uint8Array>();

  /** The value of a text; `bytes` are that text in UTF-8. */
  value(text: string, bytes: Uint8Array): T {
    const known = this.byText.get(text);
    if (known) return known;
    const value = JSON.parse(text) as T;
    if (text.length > longestText || typeof value !== 'object' || value === null) return value;
    deepFreeze(value);
    this.byText.set(text, value);
    this.encoded.set(value, bytes.slice());
    return value;
  }

  /** The bytes of a value: remembered only of one that cannot change any more. */
  bytes(value: T, encode: (value: T) => Uint8Array): Uint8Array {
    const known = this.encoded.get(value);
    if (known) return known;
    const bytes = encode(value);
    if (Object.isFrozen(value)) this.encoded.set(value, bytes);
    return bytes;
  }
}

function deepFreeze(value: object): void {
  Object.freeze(value);
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
}
