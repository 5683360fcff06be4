// Reshapes what ts-proto writes for proto/k8s.io so that a message has the
// shape of its Kubernetes JSON: see docs/decisions/0005-generated-types.md.
import { dirname, relative } from 'node:path';
import { ScalarType } from '@bufbuild/protobuf';
import { codecs } from './descriptors.mjs';

const zero = new Map([
  [ScalarType.STRING, '""'],
  [ScalarType.INT32, '0'],
  [ScalarType.INT64, '0'],
  [ScalarType.BOOL, 'false'],
  [ScalarType.DOUBLE, '0'],
  [ScalarType.BYTES, '""'],
]);

export function reshape(text, fileName, registry) {
  const up = relative(dirname(`generated/${fileName}`), '.') || '.';
  const messages = registry.messages.filter((message) => `${message.file.name}.ts` === fileName && !message.parent);
  const codecImports = new Map();
  for (const message of messages) {
    text = codecs.has(message.typeName)
      ? replaceByCodec(text, message, codecImports)
      : reshapeMessage(text, message, registry);
  }
  text = reshapeBytes(text);
  text = text
    .replaceAll('longToNumber(reader.int64())', 'toNumber(reader.int64())')
    .replace(/function longToNumber[\s\S]*?\n}\n\n/, '');
  text = text.replace(/writer(\.uint32\(\d+\))\.int64\(([^)]+)\)/g, 'writer$1.int64(toInt64($2))');
  const used = ['bytesFromBase64', 'base64FromBytes', 'setEntry', 'toInt64', 'toNumber'].filter((name) =>
    text.includes(`${name}(`),
  );
  const header = [];
  if (used.length) header.push(`import { ${used.join(', ')} } from "${up}/codecs/wire";`);
  for (const [module, names] of codecImports)
    header.push(
      `import { ${names.join(', ')} } from "${up}/codecs/${module}";`,
      `export { ${names.join(', ')} } from "${up}/codecs/${module}";`,
    );
  return text.replace('/* eslint-disable */\n', `/* eslint-disable */\n${header.join('\n')}\n`);
}

function replaceByCodec(text, message, codecImports) {
  const module = codecs.get(message.typeName);
  codecImports.set(module, [...(codecImports.get(module) ?? []), message.name]);
  for (const pattern of [interfacePattern(message.name), basePattern(message.name), constPattern(message.name)]) {
    text = replaceOnce(text, pattern, () => '');
  }
  return text;
}

const interfacePattern = (name) =>
  new RegExp(`(?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export interface ${name} \\{\\n[\\s\\S]*?^\\}\\n`, 'm');
const basePattern = (name) => new RegExp(`^function createBase${name}\\(\\)[\\s\\S]*?^\\}\\n`, 'm');
const constPattern = (name) => new RegExp(`^export const ${name}:[\\s\\S]*?^\\};\\n`, 'm');

function replaceOnce(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`ts-proto no longer writes ${pattern}`);
  return text.replace(pattern, replacement);
}

function reshapeMessage(text, message, registry) {
  const kind = registry.kindRules(message);
  text = replaceOnce(text, interfacePattern(message.name), (block) => reshapeInterface(block, message, kind, registry));
  text = replaceOnce(text, basePattern(message.name), () => renderBase(message, kind));
  return replaceOnce(text, constPattern(message.name), (block) => reshapeCodec(block, message, registry));
}

const apiVersion = (kind) => (kind.group ? `${kind.group}/${kind.version}` : kind.version);

function renderBase(message, kind) {
  const type = kind ? `{ kind: "${kind.kind}", apiVersion: "${apiVersion(kind)}" }` : '{}';
  return `function createBase${message.name}(): ${message.name} {\n  return ${type};\n}\n`;
}

function reshapeInterface(block, message, kind, registry) {
  const parents = [];
  for (const field of message.fields) {
    const rules = registry.fieldRules(field);
    if (rules?.inline) {
      parents.push(field.message.name);
      block = replaceOnce(
        block,
        new RegExp(
          `  (?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?${field.name}\\?:[\\s|]+${field.message.name}\\s+\\| undefined;\\n`,
        ),
        () => '',
      );
    } else if (nullable(field, rules)) {
      block = replaceOnce(
        block,
        new RegExp(`^(  "?${escape(field.jsonName)}"?\\?:[\\s\\S]*?) \\| undefined;`, 'm'),
        '$1 | null | undefined;',
      );
    }
  }
  if (parents.length) block = block.replace(` ${message.name} {`, ` ${message.name} extends ${parents.join(', ')} {`);
  if (kind)
    block = block.replace(
      ' {\n',
      ` {\n  kind?: "${kind.kind}" | undefined;\n  apiVersion?: "${apiVersion(kind)}" | undefined;\n`,
    );
  return block;
}

const escape = (name) => name.replaceAll('$', '\\$');
const isTime = (field) => /\.(Time|MicroTime)$/.test(field.message?.typeName ?? '');

/** JSON shows an absent list or map that is always there, and a zero time, as null. */
function nullable(field, rules) {
  if (field.fieldKind === 'list' || field.fieldKind === 'map') return Boolean(rules?.always);
  return isTime(field) && !rules?.pointer && field.name !== 'creationTimestamp';
}

function reshapeCodec(block, message, registry) {
  const ensure = [];
  for (const field of message.fields) {
    const rules = registry.fieldRules(field);
    const access = accessor(field);
    if (rules?.inline) block = inline(block, field);
    else if (field.fieldKind === 'list') block = absentList(block, field, access);
    else if (field.fieldKind === 'map') block = absentMap(block, field, access);
    else if (field.fieldKind === 'scalar' && !rules?.pointer && !rules?.always) block = dropZero(block, field, access);
    if (isTime(field) && !nullable(field, rules)) block = dropZeroTime(block, access);
    if (rules?.inline || rules?.pointer) continue;
    if (nullable(field, rules)) {
      block = block.replaceAll(`if (${access} !== undefined`, `if (${access} !== undefined && ${access} !== null`);
      ensure.push(`      ${access} ??= null;`);
    } else if (field.fieldKind === 'scalar' && rules?.always)
      ensure.push(`      ${access} ??= ${zero.get(field.scalar)};`);
    else if (field.fieldKind === 'message' && structValue(field))
      ensure.push(`      ${access} ??= ${field.message.name}.decode(new Uint8Array(0));`);
  }
  if (ensure.length) block = block.replace('      return message;\n', `${ensure.join('\n')}\n      return message;\n`);
  return block;
}

/** A message held by value is there in JSON even when nothing of it is set. */
function structValue(field) {
  return (
    (!codecs.has(field.message.typeName) && !field.message.typeName.endsWith('.TypeMeta')) ||
    /\.(Quantity|IntOrString|Duration|Verbs)$/.test(field.message.typeName)
  );
}

function accessor(field) {
  return /^[A-Za-z_$][\w$]*$/.test(field.jsonName) ? `message.${field.jsonName}` : `message["${field.jsonName}"]`;
}

function inline(block, field) {
  const name = field.message.name;
  block = block.split(`message.${field.name} !== undefined`).join('true');
  block = block.split(`${name}.encode(message.${field.name},`).join(`${name}.encode(message,`);
  block = block.replace(/    if \(true\) \{\n\s+(.*)\n    \}\n/g, '    $1\n');
  return block.replace(
    `message.${field.name} = ${name}.decode(reader, reader.uint32());`,
    `Object.assign(message, ${name}.decode(reader, reader.uint32()));`,
  );
}

function absentList(block, field, access) {
  return block.replaceAll(`${access}!.push(`, `(${access} ??= []).push(`);
}

function absentMap(block, field, access) {
  const value = field.mapKind === 'scalar' ? zero.get(field.scalar) : `${field.message.name}.decode(new Uint8Array(0))`;
  return block.replace(
    new RegExp(
      `if \\((entry\\d+)\\.value !== undefined && entry\\d+\\.key !== undefined\\) \\{\\s*${access.replace(/[.$[\]"]/g, '\\$&')}!\\[entry\\d+\\.key\\] = entry\\d+\\.value;\\s*\\}`,
    ),
    (_, entry) => `setEntry((${access} ??= {}), ${entry}.key ?? "", ${entry}.value ?? ${value});`,
  );
}

function dropZero(block, field, access) {
  const start = `${access} = `;
  return block.replace(
    new RegExp(`${start.replace(/[.$[\]"]/g, '\\$&')}(.*reader\\..*);`),
    (_, read) => `{ const value = ${read}; if (value !== ${zero.get(field.scalar)}) ${access} = value; }`,
  );
}

/** The zero time on the wire is an absent one in JSON, unless the field shows null. */
function dropZeroTime(block, access) {
  return block.replace(
    new RegExp(`${access.replace(/[.$[\]"]/g, '\\$&')} = (.*\\.decode\\(reader, reader\\.uint32\\(\\)\\));`),
    (_, read) => `{ const value = ${read}; if (value !== null) ${access} = value; }`,
  );
}

function reshapeBytes(text) {
  return text
    .replace(/Uint8Array((?:\[\])?\s+\| undefined)/g, 'string$1')
    .replaceAll('[key: string]: Uint8Array', '[key: string]: string')
    .replaceAll('[string, Uint8Array]', '[string, string]')
    .replace(/\.bytes\((message\S*?|v!?)\);/g, '.bytes(bytesFromBase64($1));')
    .replaceAll('reader.bytes()', 'base64FromBytes(reader.bytes())');
}
