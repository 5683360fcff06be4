import { EvaluationError } from './evaluation-error';
import { isInt, MapValue, toInt, DoubleValue, UintValue, type Value } from './value';

type MapKey = string | number | bigint | boolean;

/** The form in which equal keys are the same: numbers of every type are one. Undefined for what no key can be. */
function canonicalKey(key: Value): MapKey | undefined {
  if (typeof key === 'string' || typeof key === 'boolean' || isInt(key)) return key;
  if (key instanceof UintValue) return key.value;
  if (key instanceof DoubleValue && Number.isInteger(key.value)) return toInt(BigInt(key.value));
  return undefined;
}

interface Entry {
  readonly key: Value;
  readonly value: Value;
}

/** A map that an expression made. */
export class LiteralMap extends MapValue {
  readonly typeName = 'map';
  private readonly entries = new Map<MapKey, Entry>();

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    const canonical = canonicalKey(key);
    return canonical === undefined ? undefined : this.entries.get(canonical)?.value;
  }

  has(key: Value): boolean {
    const canonical = canonicalKey(key);
    return canonical !== undefined && this.entries.has(canonical);
  }

  keys(): readonly Value[] {
    return Array.from(this.entries.values(), (entry) => entry.key);
  }

  /** Adds an entry, while the map is made. Throws for a key of another type, and for one that is there. */
  insert(key: Value, value: Value, repeated: (key: Value) => EvaluationError): void {
    const canonical = canonicalKey(key);
    if (canonical === undefined || key instanceof DoubleValue) throw new EvaluationError('unsupported key type');
    if (this.entries.has(canonical)) throw repeated(key);
    this.entries.set(canonical, { key, value });
  }

  copy(): LiteralMap {
    const copy = new LiteralMap();
    for (const [key, entry] of this.entries) copy.entries.set(key, entry);
    return copy;
  }
}

/** An object that an expression made of a type that the host declares: `Object.spec{replicas: 1}`. */
export class StructValue extends MapValue {
  constructor(
    readonly typeName: string,
    /** By the name in expressions: the name in JSON, and the value. */
    private readonly fields: ReadonlyMap<string, { readonly jsonName: string; readonly value: Value }>,
  ) {
    super();
  }

  get size(): number {
    return this.fields.size;
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.fields.get(key)?.value : undefined;
  }

  has(key: Value): boolean {
    return typeof key === 'string' && this.fields.has(key);
  }

  keys(): readonly Value[] {
    return [...this.fields.keys()];
  }

  members(): Iterable<{ readonly jsonName: string; readonly value: Value }> {
    return this.fields.values();
  }
}
