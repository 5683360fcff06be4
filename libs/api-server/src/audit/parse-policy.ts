import { parse } from 'yaml';
import type { Level, Stage } from './event';
import { isFields, type Fields } from './fields';
import type { AuditPolicy, GroupResources, PolicyRule } from './policy';
import { policyProblems, type SentPolicy, type SentRule } from './policy-problems';

const apiVersion = 'audit.k8s.io/v1';

/** How much of a document an error quotes, in characters. */
const mostQuoted = 256;

/** A policy, and what a file says beside it that has no meaning. */
export interface ReadPolicy {
  readonly policy: AuditPolicy;
  readonly unknownFields: readonly string[];
}

/**
 * Reads an audit policy from YAML or JSON. Throws an Error that says in upstream's words what is wrong with it; fields
 * that there are not are told, as upstream, and do not count.
 * Upstream: staging/src/k8s.io/apiserver/pkg/audit/policy/reader.go.
 */
export function parseAuditPolicy(text: string): ReadPolicy {
  const unknownFields: string[] = [];
  const sent = decoding(() => readDocument(parse(text, { prettyErrors: false }), unknownFields));
  const problems = policyProblems(sent);
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
  if (sent.rules.length === 0) throw new Error('loaded illegal policy with 0 rules');
  return { policy: checked(sent), unknownFields };
}

/** Levels and stages are those that there are: nothing was found wrong with them. */
function checked({ rules, omitStages, omitManagedFields }: SentPolicy): AuditPolicy {
  const known = rules.map((rule): PolicyRule => ({
    ...rule,
    level: rule.level as Level,
    omitStages: rule.omitStages as readonly Stage[],
  }));
  return { rules: known, omitStages: omitStages as readonly Stage[], omitManagedFields };
}

function decoding<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`failed decoding: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function readDocument(document: unknown, unknown: string[]): SentPolicy {
  if (!isFields(document)) throw new Error("couldn't get version/kind; json parse error: the document is no object");
  const quoted = (JSON.stringify(document) ?? '').slice(0, mostQuoted);
  if (!document['kind']) throw new Error(`Object 'Kind' is missing in '${quoted}'`);
  if (!document['apiVersion']) throw new Error(`Object 'apiVersion' is missing in '${quoted}'`);
  if (document['apiVersion'] !== apiVersion || document['kind'] !== 'Policy')
    throw new Error(
      `no kind ${JSON.stringify(document['kind'])} is registered for version ${JSON.stringify(document['apiVersion'])}`,
    );
  noteUnknown(document, '', ['apiVersion', 'kind', 'metadata', 'rules', 'omitStages', 'omitManagedFields'], unknown);
  return {
    rules: listOf(document['rules'], 'rules', (rule, path) => readRule(rule, path, unknown)),
    omitStages: texts(document, '', 'omitStages'),
    omitManagedFields: flag(document, '', 'omitManagedFields') ?? false,
  };
}

const ruleFields = [
  ...['level', 'users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs', 'omitStages'],
  'omitManagedFields',
];

function readRule(value: unknown, path: string, unknown: string[]): SentRule {
  const rule = fieldsOf(value, path);
  noteUnknown(rule, path, ruleFields, unknown);
  return {
    level: textOf(rule['level'] ?? '', `${path}.level`),
    users: texts(rule, path, 'users'),
    userGroups: texts(rule, path, 'userGroups'),
    verbs: texts(rule, path, 'verbs'),
    resources: listOf(rule['resources'], `${path}.resources`, (one, at) => readResources(one, at, unknown)),
    namespaces: texts(rule, path, 'namespaces'),
    nonResourceURLs: texts(rule, path, 'nonResourceURLs'),
    omitStages: texts(rule, path, 'omitStages'),
    omitManagedFields: flag(rule, path, 'omitManagedFields'),
  };
}

function readResources(value: unknown, path: string, unknown: string[]): GroupResources {
  const one = fieldsOf(value, path);
  noteUnknown(one, path, ['group', 'resources', 'resourceNames'], unknown);
  return {
    group: textOf(one['group'] ?? '', `${path}.group`),
    resources: texts(one, path, 'resources'),
    resourceNames: texts(one, path, 'resourceNames'),
  };
}

function fieldsOf(value: unknown, path: string): Fields {
  if (!isFields(value)) throw new Error(`${path}: expected a map`);
  return value;
}

function noteUnknown(fields: Fields, path: string, known: readonly string[], unknown: string[]): void {
  for (const name of Object.keys(fields)) if (!known.includes(name)) unknown.push(path ? `${path}.${name}` : name);
}

function listOf<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): readonly T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${path}: expected a list`);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

const texts = (fields: Fields, path: string, name: string): readonly string[] =>
  listOf(fields[name], path ? `${path}.${name}` : name, textOf);

function textOf(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Error(`${path}: expected a string`);
  return value;
}

function flag(fields: Fields, path: string, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== 'boolean')
    throw new Error(`${path ? `${path}.${name}` : name}: expected a boolean`);
  return value;
}
