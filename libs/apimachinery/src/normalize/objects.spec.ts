import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiVersionOf, Kinds, type Kind } from '@skiff/contracts';
import { messageSchema } from '../schema/message-schema';
import { normalizeObject } from './normalize';

/** One object with every field of its kind, of upstream's compatibility data. */
interface Sample {
  readonly name: string;
  readonly json: { readonly kind: string; readonly apiVersion: string };
}

const samples = readFileSync(join(__dirname, '../../../contracts/src/fixtures/objects.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);
const kinds = Object.values<Kind>(Kinds);
const known = samples.flatMap(({ name, json }) => {
  const kind = kinds.find((one) => one.kind === json.kind && apiVersionOf(one) === json.apiVersion);
  return kind ? [{ name, json, kind }] : [];
});

it.each(known)('reading $name loses no field and knows all of them', ({ json, kind }) => {
  const findings = { unknownFields: [] as string[] };
  const object = normalizeObject(messageSchema(kind.message), structuredClone(json) as never, findings);
  expect(findings.unknownFields).toEqual([]);
  expect(JSON.parse(JSON.stringify(kind.codec.decode(kind.codec.encode(object).finish())))).toEqual(
    JSON.parse(JSON.stringify(kind.codec.decode(kind.codec.encode(json as never).finish()))),
  );
});
