import type { jsonParser } from '@skiff/contracts';
import type * as JsYaml from 'js-yaml';
import type * as Yaml from 'yaml';

/** What a YAML text says, as JSON. */
export interface YamlDocument {
  readonly json: string;
  /** Keys that a map has twice, in the order in which they come: as many of them as anybody is told of. */
  readonly duplicates: readonly { readonly key: string; readonly line: number }[];
}

export interface YamlCodec {
  /** Reads the first document of a text. Throws an Error in the words of upstream's library. */
  read(text: string): YamlDocument;
  /** Prints JSON as upstream: keys in order, lists as far in as their key. */
  print(json: string): string;
}

/**
 * Reads and prints YAML in linear time. The text of this function goes to the thread that takes what
 * is large, so it refers to nothing but its parameters.
 * @param parser is jsonParser, whose text goes there as well.
 * Upstream: sigs.k8s.io/yaml, and the second version of go-yaml beneath it.
 */
export function yamlCodec(jsYaml: typeof JsYaml, yaml: typeof Yaml, parser: typeof jsonParser): YamlCodec {
  /** As deep as whoever walks a document by recursion survives. */
  const deepest = 1_000;
  const mostDuplicates = 100;
  const positive = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
  const negative = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
  const bool = new jsYaml.Type('tag:yaml.org,2002:bool', {
    kind: 'scalar',
    resolve: (text: unknown) => typeof text === 'string' && (positive.test(text) || negative.test(text)),
    construct: (text: string) => positive.test(text),
  });
  const merge = new jsYaml.Type('tag:yaml.org,2002:merge', {
    kind: 'scalar',
    resolve: (text: unknown) => text === '<<' || text === null,
  });
  /** Whether what is read has an integer that is no number. */
  let hasLarge = false;
  // In exact form where a number would round it; beyond 64 bits it is a float, as upstream has it.
  const int = new jsYaml.Type('tag:yaml.org,2002:int', {
    kind: 'scalar',
    resolve: (text: unknown) =>
      typeof text === 'string' &&
      /^[-+]?(?:0b[01]+|0o[0-7]+|0x[\da-fA-F]+|\d+)$/.test(text) &&
      Number.isFinite(Number(text.replace(/^[-+]/, ''))),
    construct: (text: string) => {
      const size = BigInt(text.replace(/^[-+]/, ''));
      const value = text.startsWith('-') ? -size : size;
      const isExact = Number.isSafeInteger(Number(value)) || value >= 2n ** 64n || value < -(2n ** 63n);
      hasLarge ||= !isExact;
      return isExact ? Number(value) : value;
    },
  });
  const schema = jsYaml.CORE_SCHEMA.extend({ implicit: [bool, int, merge] });

  /** The pieces of the JSON of a value, which are not copied again for each value around it. */
  const write = (value: unknown, pieces: string[]): string[] => {
    if (typeof value === 'bigint') pieces.push(value.toString());
    else if (typeof value !== 'object' || value === null) pieces.push(JSON.stringify(value));
    else if (Array.isArray(value)) {
      pieces.push('[');
      for (const [index, item] of value.entries()) {
        if (index > 0) pieces.push(',');
        write(item, pieces);
      }
      pieces.push(']');
    } else {
      let mark = '{';
      for (const [key, item] of Object.entries(value)) {
        pieces.push(mark, JSON.stringify(key), ':');
        write(item, pieces);
        mark = ',';
      }
      pieces.push(mark === '{' ? '{}' : '}');
    }
    return pieces;
  };

  /** Of its digits, what is printed as they are. */
  const parse = parser((digits) => Object.assign(Object(Number(digits)) as object, { toString: () => digits }));

  const load = (text: string, json: boolean): unknown => {
    const options = { schema, json, maxDepth: deepest };
    let first: { value: unknown } | undefined;
    jsYaml.loadAll(text, (value) => void (first ??= { value }), options);
    return first?.value ?? null;
  };

  const errorOf = (error: unknown): Error => {
    if (!(error instanceof jsYaml.YAMLException)) return error as Error;
    if (error.reason.startsWith('nesting exceeded')) return new Error(`yaml: exceeded max depth of ${deepest}`);
    const { line } = error.mark as { line: number } | { line: undefined };
    return new Error(`yaml: ${line === undefined ? '' : `line ${line + 1}: `}${error.reason}`);
  };

  /** How many values a document has once its aliases are written out; aliases share what they stand for. */
  const refuseExcess = (document: unknown): void => {
    const sizes = new Map<object, number>();
    let own = 0;
    const sizeOf = (value: unknown): number => {
      if (typeof value !== 'object' || value === null) return 1;
      const known = sizes.get(value);
      if (known === 0) throw new Error('yaml: anchor value contains itself');
      if (known !== undefined) return known;
      sizes.set(value, 0);
      const children = Object.values(value);
      own += 1 + children.length;
      const size = children.reduce<number>((sum, child) => sum + sizeOf(child), 1);
      sizes.set(value, size);
      return size;
    };
    const all = sizeOf(document);
    if (all > 400_000 && all > 10 * own) throw new Error('yaml: document contains excessive aliasing');
  };

  const duplicatesIn = (text: string): YamlDocument['duplicates'] => {
    const lines = new yaml.LineCounter();
    const [document] = yaml.parseAllDocuments(text, { uniqueKeys: false, lineCounter: lines });
    const found: { key: string; line: number }[] = [];
    if (!document || !('contents' in document)) return found;
    yaml.visit(document, {
      Map: (_, { items }) => {
        const keys = new Set<string>();
        for (const { key } of items) {
          if (!yaml.isScalar(key)) continue;
          const name = String(key.value);
          if (keys.has(name)) found.push({ key: name, line: lines.linePos(key.range?.[0] ?? 0).line });
          keys.add(name);
        }
        return found.length >= mostDuplicates ? yaml.visit.BREAK : undefined;
      },
    });
    return found.sort((one, other) => one.line - other.line).slice(0, mostDuplicates);
  };

  const isDuplicate = (error: unknown): boolean =>
    error instanceof jsYaml.YAMLException && error.reason === 'duplicated mapping key';

  const read = (text: string): YamlDocument => {
    hasLarge = false;
    let value: unknown;
    let duplicates: YamlDocument['duplicates'] = [];
    try {
      value = load(text, false);
    } catch (error) {
      if (!isDuplicate(error)) throw errorOf(error);
      value = load(text, true);
      duplicates = duplicatesIn(text);
    }
    if (text.includes('*')) refuseExcess(value);
    return { json: hasLarge ? write(value, []).join('') : JSON.stringify(value), duplicates };
  };

  const print = (json: string): string =>
    jsYaml.dump(/[[:,]-?\d{16}/.test(json) ? parse(json) : JSON.parse(json), {
      sortKeys: true,
      noArrayIndent: true,
      noRefs: true,
      lineWidth: -1,
    });

  return { read, print };
}
