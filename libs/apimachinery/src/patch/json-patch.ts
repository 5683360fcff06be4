import { cloneJson } from '../object/clone-json';
import { EditedLists } from './edited-lists';
import type { Opened } from './go-value';
import { isJsonObject, jsonEqual, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';
import { readOperations, type Operation } from './json-patch-operations';

/** How many bytes of JSON the copies of one patch may add. */
const mostCopiedBytes = 3 << 20;
/** How many values they may add, which small ones in one another would be very many of, and each takes time. */
const mostCopiedValues = 100_000;

type Container = JsonObject | Json[];

/**
 * Applies a JSON patch; the target stays as it is. As upstream's library and unlike RFC 6902, a path
 * begins after its first slash wherever that is, `replace` adds what is missing in an object, and
 * `copy` of what is missing there gives null.
 *
 * Upstream: gopkg.in/evanphx/json-patch.v4.
 *
 * @param opened takes the objects of the result that operations reached into.
 */
export function applyJsonPatch(target: Json, patch: Json, opened: Opened = new WeakSet()): Json {
  const operations = readOperations(patch);
  const document = new PatchedDocument(cloneJson(target), opened);
  for (const operation of operations) document.apply(operation);
  return document.result();
}

const fails = (message: string): PatchError => new PatchError(message, 'unprocessable');
const quoted = (text: string): string => JSON.stringify(text);

/** Says of what fails of the document where it was. */
const within = <R>(where: string, run: () => R): R => told((message) => `${where}: ${message}`, run);
/** Says something else. */
const orElse = <R>(message: string, run: () => R): R => told(() => message, run);

function told<R>(tell: (message: string) => string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    throw error instanceof PatchError ? fails(tell(error.message)) : error;
  }
}

class PatchedDocument {
  private copied = 0;
  private copiedValues = 0;
  private readonly lists = new EditedLists();

  constructor(
    private root: Json,
    private readonly opened: Opened,
  ) {
    this.open(root);
  }

  result(): Json {
    this.lists.settleAll();
    return this.root;
  }

  apply(operation: Operation): void {
    switch (operation.op) {
      case 'add':
        return this.add(operation);
      case 'remove':
        return this.remove(operation);
      case 'replace':
        return this.replace(operation);
      case 'move':
        return this.move(operation);
      case 'copy':
        return this.copy(operation);
      case 'test':
        return this.test(operation);
      default:
        throw fails(`Unexpected kind: ${operation.op}`);
    }
  }

  private add(operation: Operation): void {
    const path = pathOf(operation);
    const [container, key] = this.locate(path, `add operation does not apply: doc is missing path: ${quoted(path)}`);
    within(`error in add for path: '${path}'`, () => this.insert(container, key, operation.value ?? null));
  }

  private insert(container: Container, key: string, value: Json): void {
    if (!Array.isArray(container)) return setMember(container, key, value);
    const length = this.lists.lengthOf(container);
    // What is added may be the last, so that -1 is the place after all others.
    this.lists.insert(container, key === '-' ? length : position(key, length + 1), value);
  }

  private remove(operation: Operation): void {
    const path = pathOf(operation);
    const [container, key] = this.locate(path, `remove operation does not apply: doc is missing path: ${quoted(path)}`);
    within(`error in remove for path: '${path}'`, () => this.take(container, key));
  }

  private replace(operation: Operation): void {
    const path = pathOf(operation);
    const value = operation.value ?? null;
    if (path === '') return this.replaceRoot(value);
    const [container, key] = this.locate(path, `replace operation does not apply: doc is missing path: ${path}`);
    if (!Array.isArray(container)) return setMember(container, key, value);
    const missing = `replace operation does not apply: doc is missing key: ${path}: missing value`;
    const index = orElse(missing, () => this.position(key, container));
    this.lists.set(container, index, value);
  }

  private replaceRoot(value: Json): void {
    if (!Array.isArray(value) && !isJsonObject(value)) throw fails('replace operation value must be object or array');
    this.root = value;
    this.open(value);
  }

  private move(operation: Operation): void {
    const from = fromOf(operation);
    const [container, key] = this.locate(from, `move operation does not apply: doc is missing from path: ${from}`);
    const moved = within(`error in move for path: '${key}'`, () => {
      const value = this.read(container, key);
      this.take(container, key);
      return value;
    });
    const path = pathOf(operation);
    const to = this.locate(path, `move operation does not apply: doc is missing destination path: ${path}`);
    within(`error in move for path: '${path}'`, () => this.insert(...to, moved ?? null));
  }

  private copy(operation: Operation): void {
    const from = fromOf(operation);
    const found = this.locate(from, `copy operation does not apply: doc is missing from path: ${from}`);
    const value = within(`error in copy for from: '${from}'`, () => this.read(...found));
    this.lists.settle(value);
    const path = pathOf(operation);
    const to = this.locate(path, `copy operation does not apply: doc is missing destination path: ${path}`);
    if (value !== undefined) this.count(value);
    within('error while adding value during copy', () => this.insert(...to, cloneJson(value ?? null)));
  }

  private count(value: Json): void {
    this.copiedValues += valuesIn(value);
    if (this.copiedValues > mostCopiedValues)
      throw fails(
        `Unable to complete the copy, the accumulated number of copied values is ${this.copiedValues}, exceeding the limit ${mostCopiedValues}`,
      );
    this.copied += Buffer.byteLength(JSON.stringify(value));
    if (this.copied > mostCopiedBytes)
      throw fails(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.copied}, exceeding the limit ${mostCopiedBytes}`,
      );
  }

  private test(operation: Operation): void {
    const path = pathOf(operation);
    const found = path === '' ? this.root : this.tested(path);
    this.lists.settle(found);
    if (!jsonEqual(found ?? null, operation.value ?? null)) throw fails(`testing value ${path} failed: test failed`);
  }

  private tested(path: string): Json | undefined {
    const found = this.locate(path, `test operation does not apply: doc is missing path: ${path}`);
    return within(`error in test for path: '${path}'`, () => this.read(...found));
  }

  /** The container that a path ends in, and the last step. */
  private locate(path: string, missing: string): [Container, string] {
    const [, ...steps] = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const key = steps.pop();
    let at: Json | undefined = this.root;
    for (const step of steps) {
      const container: Json | undefined = at;
      at =
        Array.isArray(container) || isJsonObject(container)
          ? orElse(`${missing}: missing value`, () => this.read(container, step))
          : undefined;
      this.open(at);
    }
    if (key === undefined || (!Array.isArray(at) && !isJsonObject(at))) throw fails(`${missing}: missing value`);
    return [at, key];
  }

  private open(value: Json | undefined): void {
    if (isJsonObject(value)) this.opened.add(value);
  }

  private read(container: Container, key: string): Json | undefined {
    return Array.isArray(container)
      ? this.lists.get(container, this.position(key, container))
      : memberOf(container, key);
  }

  private take(container: Container, key: string): void {
    if (Array.isArray(container)) this.lists.remove(container, this.position(key, container));
    else if (Object.hasOwn(container, key)) delete container[key];
    else throw fails(`Unable to remove nonexistent key: ${key}: missing value`);
  }

  private position(step: string, list: Json[]): number {
    return position(step, this.lists.lengthOf(list));
  }
}

/** A value, and all in it. */
function valuesIn(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + valuesIn(item), 1);
  if (!isJsonObject(value)) return 1;
  let sum = 1;
  for (const name in value) sum += valuesIn(value[name] ?? null);
  return sum;
}

/** The place in a list that a step names; negative ones count from its end. */
function position(step: string, length: number): number {
  if (!/^[+-]?\d+$/.test(step)) throw fails(`strconv.Atoi: parsing ${JSON.stringify(step)}: invalid syntax`);
  const number = Number(step);
  if (number >= length || number < -length)
    throw fails(`Unable to access invalid index: ${step}: invalid index referenced`);
  return number < 0 ? number + length : number;
}

function pathOf({ op, path }: Operation): string {
  if (path === undefined) throw fails(`${op} operation failed to decode path: missing value`);
  return path;
}

function fromOf({ op, from }: Operation): string {
  if (from === undefined) throw fails(`${op} operation failed to decode from: missing value`);
  return from;
}
