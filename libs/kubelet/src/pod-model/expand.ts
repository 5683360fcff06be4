/** Replaces `$(NAME)` by its value; `$$` is a dollar; what is unknown stays as it is. Takes linear time. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return expand(text, (name) => variables.get(name));
}

/** The names that a text refers to and that have no value, or an empty one, in order. */
export function missingVariables(text: string, variables: ReadonlyMap<string, string>): string[] {
  const missing = new Set<string>();
  expand(text, (name) => {
    if ((variables.get(name) ?? '') === '') missing.add(name);
    return undefined;
  });
  return [...missing].sort();
}

function expand(text: string, valueOf: (name: string) => string | undefined): string {
  const parts: string[] = [];
  let done = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', done)) {
    parts.push(text.slice(done, dollar));
    const next = text[dollar + 1];
    const close = next === '(' ? text.indexOf(')', dollar + 2) : -1;
    // Without a bracket that closes there is no variable any more.
    if (next === '(' && close < 0) return parts.join('') + text.slice(dollar).replaceAll('$$', '$');
    done = next === '(' ? close + 1 : dollar + (next === '$' ? 2 : 1);
    parts.push(next === '(' ? (valueOf(text.slice(dollar + 2, close)) ?? text.slice(dollar, done)) : '$');
  }
  return parts.join('') + text.slice(done);
}
