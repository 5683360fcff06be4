import { cloneJson } from '@skiff/platform';
import { isJsonObject, jsonEqual, memberOf, PatchError, setMember, type Json, type JsonObject } from './json';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from: string | undefined;
  readonly value: Json | undefined;
}

/** Applies a JSON patch (RFC 6902); the target stays as it is. Messages are those of upstream's library. */
export function applyJsonPatch(target: Json, patch: Json): Json {
  let document: Json = cloneJson(target);
  for (const operation of readOperations(patch)) document = applyOperation(document, operation);
  return document;
}

function readOperations(patch: Json): Operation[] {
  if (!Array.isArray(patch)) {
    const found = patch === null ? 'null' : typeof patch;
    throw new PatchError(`json: cannot unmarshal ${found} into Go value of type jsonpatch.Patch`);
  }
  return patch.map((item) => {
    if (!isJsonObject(item)) throw new PatchError('json: cannot unmarshal into Go value of type jsonpatch.Operation');
    const text = (key: string): string | undefined => (typeof item[key] === 'string' ? item[key] : undefined);
    return { op: text('op') ?? 'unknown', path: text('path') ?? '', from: text('from'), value: item['value'] };
  });
}

const missing = (operation: string, path: string): PatchError =>
  new PatchError(
    `${operation} operation does not apply: doc is missing ${operation === 'remove' || operation === 'replace' ? 'key' : 'path'}: ${path}: missing value`,
    'unprocessable',
  );

function steps(path: string): string[] {
  return path === ''
    ? []
    : path
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The container that a path ends in, and the last step. */
function locate(document: Json, path: string, operation: string): { container: JsonObject | Json[]; key: string } {
  const all = steps(path);
  const key = all.pop() ?? '';
  let at: Json | undefined = document;
  for (const step of all)
    at = Array.isArray(at) ? at[index(at, step)] : isJsonObject(at) ? memberOf(at, step) : undefined;
  if (!Array.isArray(at) && !isJsonObject(at)) throw missing(operation, path);
  return { container: at, key };
}

function index(list: Json[], step: string): number {
  if (!/^-?\d+$/.test(step))
    throw new PatchError(`strconv.Atoi: parsing ${JSON.stringify(step)}: invalid syntax`, 'unprocessable');
  const position = Number(step);
  return position < 0 ? list.length + position : position;
}

function read(document: Json, path: string, operation: string): Json | undefined {
  if (path === '') return document;
  const { container, key } = locate(document, path, operation);
  return Array.isArray(container) ? container[index(container, key)] : memberOf(container, key);
}

function applyOperation(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case 'add':
      return add(document, path, value ?? null, op);
    case 'remove':
      return remove(document, path, op);
    case 'replace':
      if (path === '') return value ?? null;
      if (read(document, path, op) === undefined) throw missing(op, path);
      return replace(document, path, value ?? null);
    case 'move': {
      const moved = read(document, from ?? '', op);
      if (moved === undefined) throw missing(op, from ?? '');
      return add(remove(document, from ?? '', op), path, moved, op);
    }
    case 'copy': {
      const copied = read(document, from ?? '', op);
      if (copied === undefined) throw missing(op, from ?? '');
      return add(document, path, cloneJson(copied), op);
    }
    case 'test': {
      if (!jsonEqual(read(document, path, op) ?? null, value ?? null))
        throw new PatchError(`testing value ${path} failed: test failed`, 'unprocessable');
      return document;
    }
    default:
      throw new PatchError(`Unexpected kind: ${op}`, 'unprocessable');
  }
}

function add(document: Json, path: string, value: Json, operation: string): Json {
  if (path === '') return value;
  const { container, key } = locate(document, path, operation);
  if (!Array.isArray(container)) setMember(container, key, value);
  else {
    const position = key === '-' ? container.length : index(container, key);
    if (position < 0 || position > container.length)
      throw new PatchError(
        `${operation} operation does not apply: doc is missing path: ${JSON.stringify(path)}: Unable to access invalid index: ${key}: invalid index referenced`,
        'unprocessable',
      );
    container.splice(position, 0, value);
  }
  return document;
}

function remove(document: Json, path: string, operation: string): Json {
  const { container, key } = locate(document, path, operation);
  if (read(document, path, operation) === undefined) throw missing('remove', path);
  if (Array.isArray(container)) container.splice(index(container, key), 1);
  else delete container[key];
  return document;
}

function replace(document: Json, path: string, value: Json): Json {
  const { container, key } = locate(document, path, 'replace');
  if (Array.isArray(container)) container[index(container, key)] = value;
  else setMember(container, key, value);
  return document;
}
