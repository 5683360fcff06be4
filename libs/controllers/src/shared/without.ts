/** A copy of a map without these keys. */
export function without<V>(map: { [key: string]: V } | undefined, ...keys: string[]): { [key: string]: V } {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !keys.includes(key)));
}
