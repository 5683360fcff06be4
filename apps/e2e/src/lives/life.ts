import { readFileSync } from 'node:fs';
import { repositoryPath } from '../support/cluster';

/** JSON as it is read: the shape is what the test holds against another. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface LifeEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly source: string;
  /** "Kind/name". */
  readonly about: string;
  readonly fieldPath?: string;
}

/** What became of applied objects in a cluster of the original. */
export interface Life {
  readonly case: string;
  readonly apply: JsonObject[];
  /** By "Kind/name". */
  readonly objects: { [key: string]: JsonObject };
  readonly events: LifeEvent[];
}

export function readLives(): Life[] {
  return readFileSync(repositoryPath('apps/e2e/src/fixtures/lives.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Life);
}

/** Changes every string of a value. */
export function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

/** Visits every object of a value, the outermost first, which may change it in place. */
export function visitObjects(value: Json, visit: (object: JsonObject) => void): void {
  if (Array.isArray(value)) for (const item of value) visitObjects(item, visit);
  else if (value !== null && typeof value === 'object') {
    visit(value);
    for (const item of Object.values(value)) visitObjects(item, visit);
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
