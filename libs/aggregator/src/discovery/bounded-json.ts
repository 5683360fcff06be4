/** How deep what another server says may be nested. */
const mostDepth = 128;

const [quote, backslash, openList, closeList, openMap, closeMap] = [...'"\\[]{}'].map((sign) => sign.charCodeAt(0));

/** Whether JSON is nested no deeper than anybody who walks through it can bear. */
function isShallow(json: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const sign = json[index];
    if (isText) {
      if (sign === backslash) index += 1;
      else if (sign === quote) isText = false;
    } else if (sign === quote) isText = true;
    else if (sign === openList || sign === openMap) {
      depth += 1;
      if (depth > mostDepth) return false;
    } else if (sign === closeList || sign === closeMap) depth -= 1;
  }
  return true;
}

export type JsonMap = Readonly<Record<string, unknown>>;

/** A map of JSON that another server sent. Throws for what is none, or is nested too deep. */
export function readMap(json: Buffer): JsonMap {
  if (!isShallow(json)) throw new Error(`the answer is nested deeper than ${mostDepth}`);
  const value: unknown = JSON.parse(json.toString('utf8'));
  if (!isMap(value)) throw new Error('the answer is no JSON object');
  return value;
}

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const mapOf = (value: unknown): JsonMap => (isMap(value) ? value : {});
export const mapsOf = (value: unknown): JsonMap[] => (Array.isArray(value) ? value.filter(isMap) : []);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
