import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaJson } from './index';

interface Message {
  readonly fields: readonly { readonly name: string; readonly number: number }[];
}

const messages = JSON.parse(schemaJson) as Record<string, Message>;

const rows = readFileSync(join(__dirname, 'fixtures/fields.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as [string, string, string, string]);

/** The name in JSON and the name in the message differ in case and punctuation at most. */
const letters = (name: string): string => name.replace(/[-$]/g, '').toLowerCase();

describe('the messages of proto/k8s.io', () => {
  it('number their fields as upstream does', () => {
    const wrong = rows.flatMap(([scope, message, name, number]) => {
      const found = messages[`${scope}.${message}`];
      // Some messages have a codec of their own, and no fields in the schema.
      if (!found || found.fields.length === 0) return [];
      const field = found.fields.find((one) => one.number === Number(number));
      return field && letters(field.name) === letters(name)
        ? []
        : [`${scope}.${message}.${name} = ${number}, not ${field?.name ?? 'nothing'}`];
    });
    expect(wrong).toEqual([]);
  });

  it('have every message of the facts', () => {
    const missing = new Set(rows.map(([scope, message]) => `${scope}.${message}`).filter((name) => !messages[name]));
    expect([...missing]).toEqual([]);
  });
});
