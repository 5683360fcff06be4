/** What a webhook is shown of an object. */
export interface ShownObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly annotations?: Readonly<Record<string, string>> | null;
  };
  readonly spec?: unknown;
}

interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

type MakePatch = (object: ShownObject, argument: string) => readonly Operation[];

const add = (path: string, value: unknown): Operation => ({ op: 'add', path, value });
const replace = (path: string, value: unknown): Operation => ({ op: 'replace', path, value });

function setEntry(of: 'labels' | 'annotations', { metadata }: ShownObject, key: string, value: string): Operation {
  if (!metadata?.[of]) return add(`/metadata/${of}`, { [key]: value });
  return add(`/metadata/${of}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, value);
}

const containersOf = ({ spec }: ShownObject): readonly { readonly name?: string }[] =>
  (spec as { readonly containers?: readonly { readonly name?: string }[] } | undefined)?.containers ?? [];

/** The patches of the recording's program, by the first part of the path that it is asked at. */
export const patches: Readonly<Record<string, MakePatch>> = {
  mutate: (object) => {
    const annotated = setEntry('annotations', object, 'hook', 'was-here');
    if (object.kind !== 'Pod' || containersOf(object).some(({ name }) => name === 'sidecar')) return [annotated];
    return [annotated, add('/spec/containers/-', { name: 'sidecar', image: 'sidecar:1' })];
  },
  append: (object, text) => [
    setEntry('annotations', object, 'order', (object.metadata?.annotations?.['order'] ?? '') + text),
  ],
  label: (object, key) => (key in (object.metadata?.labels ?? {}) ? [] : [setEntry('labels', object, key, 'yes')]),
  rename: () => [replace('/metadata/name', 'renamed')],
  renamespace: () => [replace('/metadata/namespace', 'elsewhere')],
  invalidate: (object) => [
    object.kind === 'Pod' ? replace('/spec/containers/0/name', 'Not Valid!') : setEntry('labels', object, 'a b', 'c d'),
  ],
  'unknown-field': () => [add('/spec/wombat', 1)],
  'wrong-type': () => [replace('/spec', 'a string')],
  'bad-patch': () => [{ op: 'remove', path: '/metadata/nothing-here' }],
  'empty-patch': () => [],
  'set-replicas': (_, count) => [add('/spec/replicas', Number(count))],
  'status-field': () => [add('/status/phase', 'Odd')],
};
