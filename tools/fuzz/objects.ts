import fc from 'fast-check';
import { messageSchema } from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { dump } from 'js-yaml';
import { latin1 } from './input';
import { mutated } from './mutations';
import { recordedObjects } from './recorded';
import { objectValue } from './values';

/** An object that looks like one of the kind: made of its schema, or a recorded one with mistakes. */
export function objectOf(of: Kind, named: string): fc.Arbitrary<object> {
  const recorded = recordedObjects(of);
  const made = objectValue(messageSchema(of.message), 6);
  const value = recorded.length === 0 ? made : fc.oneof(made, fc.constantFrom(...recorded).chain(mutated));
  return value.map((object) => withName(of, object, named));
}

function withName({ kind, ...version }: Kind, value: unknown, name: string): object {
  const object = typeof value === 'object' && value !== null ? (value as { metadata?: unknown }) : {};
  const metadata = typeof object.metadata === 'object' ? object.metadata : {};
  return { apiVersion: apiVersionOf(version), kind, ...object, metadata: { ...metadata, name } };
}

export function bodyOf(type: string, of: Kind, object: object): string {
  if (type.endsWith('protobuf')) return protobuf(of, object);
  const json = JSON.stringify(object);
  return latin1(type.endsWith('yaml') ? yaml(json).slice(0, longestYaml) : json);
}

/**
 * A megabyte of brackets takes js-yaml a second, if nobody but who sent them waits: it runs in a thread of its own.
 * What is longer is cut off.
 */
const longestYaml = 512 << 10;
/** Deeper than this the indentation of YAML costs more than all the rest; JSON is YAML, too. */
const deepestYaml = 100;

function yaml(json: string): string {
  return depthOf(json) > deepestYaml ? json : dump(JSON.parse(json));
}

function depthOf(json: string): number {
  let deepest = 0;
  let depth = 0;
  for (const character of json) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

function protobuf({ codec, kind: kindName, ...version }: Kind, object: object): string {
  let raw: Uint8Array;
  try {
    raw = codec.encode(object).finish();
  } catch {
    // What cannot be encoded is sent as other bytes.
    raw = Buffer.from(JSON.stringify(object));
  }
  const typeMeta = Buffer.concat([field(10, Buffer.from(apiVersionOf(version))), field(18, Buffer.from(kindName))]);
  return latin1(Buffer.concat([Buffer.from('k8s\0'), field(10, typeMeta), field(18, raw)]));
}

function field(tag: number, bytes: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}
