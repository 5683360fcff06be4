import type { Chain, Collection, Element, Rule, Table } from './table';

/** Replaces whatever stands under the table's name, in one transaction. */
export function fullScript(table: Table): string {
  const declared = `add table ip ${table.name}`;
  return join([declared, `delete table ip ${table.name}`, declared, ...changes(emptyTable(table.name), table)]);
}

/** Removes the table, if it is there. */
export function removalScript(name: string): string {
  return join([`add table ip ${name}`, `delete table ip ${name}`]);
}

/** An incremental update in two transactions: `change` does everything that packets notice, `cleanup` removes what is then unused. */
export interface Update {
  /** Empty when nothing changes. */
  readonly change: string;
  readonly cleanup: string;
}

export function updateScript(from: Table, to: Table): Update {
  return { change: join(changes(from, to)), cleanup: join(leftovers(from, to)) };
}

function emptyTable(name: string): Table {
  return { name, chains: new Map(), collections: new Map() };
}

function changes(from: Table, to: Table): string[] {
  const lines: string[] = [];
  const at = (name: string): string => `ip ${to.name} ${name}`;
  for (const { name, hook } of to.chains.values()) {
    if (from.chains.has(name)) continue;
    lines.push(`add chain ${at(name)}${hook === undefined ? '' : ` { ${hook} }`}`);
  }
  for (const { kind, name, definition } of to.collections.values()) {
    if (!isSame(from.collections.get(name), definition)) {
      if (from.collections.has(name)) throw new Error(`the definition of ${name} cannot change`);
      lines.push(`add ${kind} ${at(name)} { ${definition} }`);
    }
  }
  for (const [name, collection] of to.collections) {
    for (const key of outdated(from.collections.get(name), collection)) {
      lines.push(`delete element ${at(name)} { ${key} }`);
    }
  }
  for (const chain of to.chains.values()) {
    const before = from.chains.get(chain.name);
    if (before !== undefined && sameRules(before, chain)) continue;
    if (before !== undefined) lines.push(`flush chain ${at(chain.name)}`);
    for (const rule of chain.rules) lines.push(`add rule ${at(chain.name)} ${withComment(rule)}`);
  }
  for (const [name, collection] of to.collections) {
    const before = from.collections.get(name);
    for (const [key, element] of collection.elements ?? []) {
      if (!sameElement(before?.elements?.get(key), element))
        lines.push(`add element ${at(name)} { ${render(key, element)} }`);
    }
  }
  return lines;
}

function leftovers(from: Table, to: Table): string[] {
  const lines: string[] = [];
  const chains = [...from.chains.keys()].filter((name) => !to.chains.has(name));
  // Chains may name each other and sets: all are emptied before the first is deleted.
  for (const name of chains) lines.push(`flush chain ip ${to.name} ${name}`);
  for (const name of chains) lines.push(`delete chain ip ${to.name} ${name}`);
  for (const { kind, name } of from.collections.values()) {
    if (!to.collections.has(name)) lines.push(`delete ${kind} ip ${to.name} ${name}`);
  }
  return lines;
}

function isSame(collection: Collection | undefined, definition: string): boolean {
  return collection?.definition === definition;
}

function outdated(before: Collection | undefined, after: Collection): string[] {
  const keys: string[] = [];
  for (const [key, element] of before?.elements ?? []) {
    if (!sameElement(after.elements?.get(key), element)) keys.push(key);
  }
  return keys;
}

function sameElement(a: Element | undefined, b: Element | undefined): boolean {
  if (a === b) return a !== undefined;
  return a !== undefined && b !== undefined && a.verdict === b.verdict && a.comment === b.comment;
}

function sameRules(a: Chain, b: Chain): boolean {
  if (a === b) return true;
  return a.rules.length === b.rules.length && a.rules.every((rule, index) => withComment(rule) === at(b.rules, index));
}

function at(rules: readonly Rule[], index: number): string {
  const rule = rules[index];
  return rule === undefined ? '' : withComment(rule);
}

function withComment({ expression, comment }: Rule): string {
  return comment === undefined ? expression : `${expression} comment "${comment}"`;
}

function render(key: string, { verdict, comment }: Element): string {
  const described = comment === undefined ? key : `${key} comment "${comment}"`;
  return verdict === undefined ? described : `${described} : ${verdict}`;
}

function join(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
