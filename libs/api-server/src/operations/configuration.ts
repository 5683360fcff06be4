import {
  badRequest,
  goTypeOfJson,
  isJsonObject,
  parseJsonText,
  StatusError,
  type Json,
  type JsonObject,
} from '@skiff/apimachinery';
import { deepestJson } from '@skiff/contracts';
import { duplicateFields } from '../decoding/duplicate-fields';
import type { YamlService } from '../yaml/yaml';

/** What is applied, as it was sent. */
export interface Configuration {
  readonly config: JsonObject;
  /** Keys that its text has twice, as strict decoding tells of them. */
  readonly repeated: readonly string[];
}

/** Reads what is to be applied from YAML, which JSON is. Throws BadRequest. */
export async function readConfiguration(body: Buffer, yaml: YamlService): Promise<Configuration> {
  const text = body.toString('utf8');
  const document = text.startsWith('{') ? jsonIn(text) : undefined;
  // Lines are told by whoever reads YAML.
  if (document !== undefined && duplicateFields(text).length === 0) return configurationOf(document);
  const { json, duplicates } = await yaml.read(text).catch((error: unknown) => {
    throw error instanceof StatusError ? error : undecodable(`error converting YAML to JSON: ${messageOf(error)}`);
  });
  const repeated = duplicates.map(({ key, line }) => `line ${line}: key ${JSON.stringify(key)} already set in map`);
  return configurationOf(parseJsonText(json, deepestJson) as Json, repeated);
}

function jsonIn(text: string): Json | undefined {
  try {
    return parseJsonText(text, deepestJson) as Json;
  } catch {
    // YAML may begin like JSON.
    return undefined;
  }
}

function configurationOf(document: Json, repeated: readonly string[] = []): Configuration {
  if (document === null) return { config: {}, repeated };
  if (isJsonObject(document)) return { config: document, repeated };
  throw undecodable(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goTypeOfJson(document)} into Go value of type map[string]interface {}`,
  );
}

const undecodable = (why: string): Error => badRequest(`error decoding YAML: ${why}`);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
