/** Replaces `$(NAME)` by its value; `$$` is a dollar; what is unknown stays as it is. */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, first: string, name: string | undefined) => {
    if (first === '$') return '$';
    return name === undefined ? whole : (variables.get(name) ?? whole);
  });
}
