import { cloneJson } from '../object/clone-json';
import { EditedLists } from './edited-lists';
import type { Opened } from './go-value';
import { isJsonObject, jsonEqual, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';
import { readOperations, type Operation } from './json-patch-operations';

/** How many bytes of JSON the copies of one patch may add. */
const mostCopiedBytes = 3 << 20;

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

class PatchedDocument {
  private copied = 0;
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
    const { op, value } = operation;
    switch (op) {
      case 'add':
        return this.add(operation, value ?? null);
      case 'remove':
        return this.remove(...this.locate(pathOf(operation), op));
      case 'replace':
        return this.replace(operation);
      case 'move':
        return this.move(operation);
      case 'copy':
        return this.copy(operation);
      case 'test':
        return this.test(operation);
      default:
        throw fails(`Unexpected kind: ${op}`);
    }
  }

  private add(operation: Operation, value: Json): void {
    const [container, key] = this.locate(pathOf(operation), operation.op);
    if (!Array.isArray(container)) return setMember(container, key, value);
    const length = this.lists.lengthOf(container);
    // What is added may be the last, so that -1 is the place after all others.
    this.lists.insert(container, key === '-' ? length : position(key, length + 1), value);
  }

  private replace(operation: Operation): void {
    const path = pathOf(operation);
    const value = operation.value ?? null;
    if (path === '') return this.replaceRoot(value);
    const [container, key] = this.locate(path, operation.op);
    if (Array.isArray(container)) this.lists.set(container, this.position(key, container), value);
    else setMember(container, key, value);
  }

  private replaceRoot(value: Json): void {
    if (!Array.isArray(value) && !isJsonObject(value)) throw fails('replace operation value must be object or array');
    this.root = value;
    this.open(value);
  }

  private move(operation: Operation): void {
    const [container, key] = this.locate(fromOf(operation), operation.op);
    const moved = this.read(container, key);
    this.remove(container, key);
    this.add(operation, moved ?? null);
  }

  private copy(operation: Operation): void {
    const value = this.read(...this.locate(fromOf(operation), operation.op));
    this.lists.settle(value);
    if (value === undefined) return this.add(operation, null);
    this.copied += Buffer.byteLength(JSON.stringify(value));
    if (this.copied > mostCopiedBytes)
      throw fails(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.copied}, exceeding the limit ${mostCopiedBytes}`,
      );
    this.add(operation, cloneJson(value));
  }

  private test(operation: Operation): void {
    const path = pathOf(operation);
    const found = path === '' ? this.root : this.read(...this.locate(path, operation.op));
    this.lists.settle(found);
    if (!jsonEqual(found ?? null, operation.value ?? null)) throw fails(`testing value ${path} failed: test failed`);
  }

  /** The container that a path ends in, and the last step. */
  private locate(path: string, operation: string): [Container, string] {
    const [, ...steps] = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const key = steps.pop();
    let at: Json | undefined = this.root;
    for (const step of steps) {
      at = Array.isArray(at) || isJsonObject(at) ? this.read(at, step) : undefined;
      this.open(at);
    }
    if (key === undefined || (!Array.isArray(at) && !isJsonObject(at)))
      throw fails(`${operation} operation does not apply: doc is missing path: ${path}: missing value`);
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

  private remove(container: Container, key: string): void {
    if (Array.isArray(container)) this.lists.remove(container, this.position(key, container));
    else if (Object.hasOwn(container, key)) delete container[key];
    else throw fails(`Unable to remove nonexistent key: ${key}: missing value`);
  }

  private position(step: string, list: Json[]): number {
    return position(step, this.lists.lengthOf(list));
  }
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
