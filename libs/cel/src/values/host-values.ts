import { dynType, type ListType, type ObjectType, type Type } from '../types/type';
import { EvaluationError } from './evaluation-error';
import { parseDuration, parseTimestamp } from './time';
import { BytesValue, CelObject, DoubleValue, fitsInt, ListValue, MapValue, toInt, type Value } from './value';

type Members = Readonly<Record<string, unknown>>;

/** A value of the host as expressions see it. What is in it is converted when an expression asks for it. */
export function fromHost(raw: unknown, type: Type): Value {
  switch (typeof raw) {
    case 'string':
      return type.kind === 'string' || type.kind === 'dyn' ? raw : fromText(raw, type);
    case 'number':
      return fromNumber(raw, type);
    case 'boolean':
      return raw;
    case 'bigint':
      return toInt(raw);
    case 'object':
      return fromObject(raw, type);
    default:
      throw new EvaluationError(`unsupported value of type ${typeof raw}`);
  }
}

function fromNumber(raw: number, type: Type): Value {
  if (type.kind === 'double') return new DoubleValue(raw);
  if (Number.isSafeInteger(raw)) return raw;
  const exact = Number.isInteger(raw) ? BigInt(raw) : undefined;
  return exact !== undefined && fitsInt(exact) ? toInt(exact) : new DoubleValue(raw);
}

function fromObject(raw: object | null, type: Type): Value {
  if (raw === null || raw instanceof CelObject) return raw;
  if (Array.isArray(raw)) return new HostList(raw, type.kind === 'list' ? type : undefined);
  // A Number that knows what a number cannot hold.
  if (raw instanceof Number) return fromExactNumber(raw.valueOf(), raw.toString(), type);
  if (type.kind === 'object') return new HostObject(raw as Members, type);
  return new HostMap(raw as Members, type.kind === 'map' ? type.value : dynType);
}

function fromExactNumber(rounded: number, text: string, type: Type): Value {
  if (type.kind === 'double' || !/^-?\d{1,40}$/.test(text)) return new DoubleValue(rounded);
  const exact = BigInt(text);
  return fitsInt(exact) ? toInt(exact) : new DoubleValue(rounded);
}

/** Upstream: apiserver/pkg/cel/common/values.go, UnstructuredToVal. */
function fromText(raw: string, type: Type): Value {
  switch (type.kind) {
    case 'timestamp': {
      const moment = parseTimestamp(raw.length === 10 ? `${raw}T00:00:00Z` : raw);
      if (!moment) throw new EvaluationError(`Invalid date-time: "${raw}"`);
      return moment;
    }
    case 'duration': {
      const length = parseDuration(raw);
      if (!length) throw new EvaluationError(`Invalid duration format: "${raw}"`);
      return length;
    }
    case 'bytes':
      return new BytesValue(Buffer.from(raw, 'base64'));
    default:
      return raw;
  }
}

/** A list of the host. */
export class HostList extends ListValue {
  private readonly element: Type;

  constructor(
    readonly raw: readonly unknown[],
    override readonly hostType: ListType | undefined,
  ) {
    super();
    this.element = hostType?.element ?? dynType;
  }

  get size(): number {
    return this.raw.length;
  }

  get(index: number): Value {
    return fromHost(this.raw[index], this.element);
  }
}

/** A map of the host, whose keys are text. */
export class HostMap extends MapValue {
  readonly typeName = 'map';

  constructor(
    readonly raw: Members,
    readonly valueType: Type,
  ) {
    super();
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: Value): Value | undefined {
    if (!this.has(key) || typeof key !== 'string') return undefined;
    return fromHost(this.raw[key], this.valueType);
  }

  has(key: Value): boolean {
    return typeof key === 'string' && Object.hasOwn(this.raw, key) && this.raw[key] !== undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.raw).filter((key) => this.raw[key] !== undefined);
  }
}

/** An object of the host, with the fields that its type declares. `type()` calls it a map, as upstream has it. */
export class HostObject extends MapValue {
  readonly typeName = 'map';

  constructor(
    readonly raw: Members,
    readonly type: ObjectType,
  ) {
    super();
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: Value): Value | undefined {
    const field = typeof key === 'string' ? this.type.field(key) : undefined;
    if (!field || !Object.hasOwn(this.raw, field.jsonName)) return undefined;
    const value = this.raw[field.jsonName];
    return value === undefined ? undefined : fromHost(value, field.type);
  }

  has(key: Value): boolean {
    const field = typeof key === 'string' ? this.type.field(key) : undefined;
    return field !== undefined && Object.hasOwn(this.raw, field.jsonName) && this.raw[field.jsonName] !== undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.raw).filter((key) => this.raw[key] !== undefined);
  }
}

/** A host's object whose members are computed when they are asked for, once: the `variables` of policies. */
export function lazyObject(members: Readonly<Record<string, () => unknown>>): object {
  const target: Record<string, unknown> = {};
  for (const [name, compute] of Object.entries(members))
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = compute();
        Object.defineProperty(target, name, { value, enumerable: true });
        return value;
      },
    });
  return target;
}
