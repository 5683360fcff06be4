import { parse } from 'yaml';
import {
  apiVersion,
  kind,
  type EncryptionConfiguration,
  type KeysConfiguration,
  type ProviderConfiguration,
  type ResourceConfiguration,
} from './configuration';
import { configurationProblems } from './validation';

/** Reads YAML or JSON. Throws an Error that names everything that is wrong, and no secret. */
export function parseEncryptionConfiguration(text: string): EncryptionConfiguration {
  const configuration = readDocument(parseText(text));
  const problems = configurationProblems(configuration);
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  return configuration;
}

function parseText(text: string): unknown {
  try {
    // The message of an error must not quote the lines around it.
    return parse(text, { prettyErrors: false });
  } catch (error) {
    throw new Error(`it is not YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function readDocument(document: unknown): EncryptionConfiguration {
  const root = fieldsOf(document, 'the document', ['apiVersion', 'kind', 'resources']);
  if (!root['kind']) throw new Error("Object 'Kind' is missing");
  if (!root['apiVersion']) throw new Error("Object 'apiVersion' is missing");
  if (root['apiVersion'] !== apiVersion || root['kind'] !== kind)
    throw new Error(`no kind ${quoted(root['kind'])} is registered for version ${quoted(root['apiVersion'])}`);
  return { resources: listOf(root['resources'], 'resources', readResource) };
}

function readResource(value: unknown, path: string): ResourceConfiguration {
  const rule = fieldsOf(value, path, ['resources', 'providers']);
  return {
    resources: listOf(rule['resources'], `${path}.resources`, textOf),
    providers: listOf(rule['providers'], `${path}.providers`, readProvider),
  };
}

function readProvider(value: unknown, path: string): ProviderConfiguration {
  const provider = fieldsOf(value, path, ['aesgcm', 'aescbc', 'secretbox', 'identity', 'kms']);
  const { aesgcm, aescbc, secretbox, identity, kms } = provider;
  return {
    ...(isGiven(aesgcm) ? { aesgcm: readKeys(aesgcm, `${path}.aesgcm`) } : {}),
    ...(isGiven(aescbc) ? { aescbc: readKeys(aescbc, `${path}.aescbc`) } : {}),
    ...(isGiven(secretbox) ? { secretbox: readKeys(secretbox, `${path}.secretbox`) } : {}),
    ...(isGiven(identity) ? { identity: fieldsOf(identity, `${path}.identity`, []) } : {}),
    ...(isGiven(kms) ? { kms: {} } : {}),
  };
}

function readKeys(value: unknown, path: string): KeysConfiguration {
  const provider = fieldsOf(value, path, ['keys']);
  return {
    keys: listOf(provider['keys'], `${path}.keys`, (key, at) => {
      const { name, secret } = fieldsOf(key, at, ['name', 'secret']);
      return { name: textOf(name ?? '', `${at}.name`), secret: textOf(secret ?? '', `${at}.secret`) };
    }),
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const quoted = (value: unknown): string => JSON.stringify(value);

function fieldsOf(value: unknown, path: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${path}: expected a map`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  const at = path === 'the document' ? '' : `${path}.`;
  if (unknown !== undefined) throw new Error(`strict decoding error: unknown field ${quoted(at + unknown)}`);
  return value as Fields;
}

function listOf<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): readonly T[] {
  if (!isGiven(value)) return [];
  if (!Array.isArray(value)) throw new Error(`${path}: expected a list`);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Error(`${path}: expected a string`);
  return value;
}
