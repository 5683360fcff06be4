/** One request, whichever way it is sent. */
export interface Step {
  readonly says: string;
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  readonly resource?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly object?: Readonly<Record<string, unknown>>;
  /** A merge patch, as it is written. */
  readonly patch?: string;
  readonly list?: { readonly fieldSelector?: string; readonly limit?: number; readonly timeoutSeconds?: number };
  readonly dryRun?: string;
  readonly fieldManager?: string;
  /** Who makes it, in place of a member of system:masters; `unknown` shows nothing to be known by. */
  readonly as?: 'nobody' | 'unknown';
}

/** What came of a step: an object, a list, events or a Status, as JSON has it. */
export type Result = unknown;

export type Transport = (step: Step) => Promise<Result>;

const configMap = (name: string, more: object = {}): Readonly<Record<string, unknown>> => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, ...more },
  data: { key: 'value' },
});

/** In an empty namespace, which is empty again in the end. */
export const steps: readonly Step[] = [
  { says: 'creates', verb: 'create', object: configMap('m') },
  { says: 'is refused what exists', verb: 'create', object: configMap('m') },
  { says: 'is refused what is invalid', verb: 'create', object: { ...configMap('n'), data: { 'a b': '' } } },
  { says: 'is refused another name', verb: 'update', name: 'm', object: configMap('other') },
  { says: 'only tries', verb: 'create', object: configMap('n'), dryRun: 'All' },
  { says: 'is refused a dry run that there is not', verb: 'create', object: configMap('n'), dryRun: 'Some' },
  { says: 'is refused a long manager', verb: 'create', object: configMap('n'), fieldManager: 'x'.repeat(129) },
  { says: 'reads', verb: 'get', name: 'm' },
  { says: 'misses', verb: 'get', name: 'none' },
  { says: 'lists', verb: 'list', list: { fieldSelector: 'metadata.name=m' } },
  { says: 'is refused a selector', verb: 'list', list: { fieldSelector: 'spec.x=y' } },
  { says: 'updates', verb: 'update', name: 'm', object: configMap('m', { labels: { a: 'b' } }) },
  { says: 'conflicts', verb: 'update', name: 'm', object: configMap('m', { resourceVersion: '1' }) },
  { says: 'patches', verb: 'patch', name: 'm', patch: '{"data":{"other":"value"}}' },
  { says: 'patches what it should not', verb: 'patch', name: 'm', patch: '{"data":[]}' },
  { says: 'sends a patch that is none', verb: 'patch', name: 'm', patch: '{' },
  { says: 'watches', verb: 'watch', list: { fieldSelector: 'metadata.name=m', timeoutSeconds: 1 } },
  { says: 'asks for what is not served', verb: 'get', resource: 'inventions', name: 'm' },
  { says: 'asks for a part that there is not', verb: 'get', name: 'm', subresource: 'nonsense' },
  { says: 'reads the state of what has none', verb: 'get', name: 'm', subresource: 'status' },
  { says: 'updates no scale', verb: 'get', resource: 'replicationcontrollers', name: 'm', subresource: 'scale' },
  {
    says: 'evicts a pod that is not there',
    verb: 'create',
    resource: 'pods',
    name: 'm',
    subresource: 'eviction',
    object: { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name: 'm' } },
  },
  { says: 'writes what is deprecated', verb: 'get', resource: 'endpoints', name: 'none' },
  { says: 'may not read', verb: 'get', name: 'm', as: 'nobody' },
  { says: 'may not delete', verb: 'delete', name: 'm', as: 'nobody' },
  { says: 'is nobody known', verb: 'get', name: 'm', as: 'unknown' },
  { says: 'is refused a dry deletion', verb: 'delete', name: 'm', dryRun: 'Some' },
  { says: 'deletes', verb: 'delete', name: 'm' },
  { says: 'deletes again', verb: 'delete', name: 'm' },
];
