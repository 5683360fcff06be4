const keywords = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

export const isKeyword = (name: string): boolean => keywords.has(name);

/**
 * The name of a property in expressions: `a-b` is `a__dash__b`, `if` is `__if__`. Undefined for a name that expressions
 * cannot spell. Upstream: k8s.io/apiserver/pkg/cel/escaping.go.
 */
export function escapeName(name: string): string | undefined {
  if (keywords.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/.test(name)) return undefined;
  return name.replace(/__|[.\-/]/g, (found) => escapes[found] ?? found);
}
