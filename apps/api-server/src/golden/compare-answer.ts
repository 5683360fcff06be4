/** One place where an answer is not as recorded. An absent side is undefined. */
export interface Deviation {
  /** Dotted, list positions included: `body.metadata.managedFields.0.manager`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

const masks = /<(?:volatile|uid|time|cluster ip|n|pointer|age|random|hash)>/;

/** Every place where an answer deviates from what was recorded, masked values aside. */
export function compareAnswer(recorded: unknown, answered: unknown, path: string): Deviation[] {
  if (Array.isArray(recorded) && Array.isArray(answered)) return compareLists(recorded, answered, path);
  if (isMap(recorded) && isMap(answered)) return compareMaps(recorded, answered, path);
  return sameScalar(recorded, answered) ? [] : [{ path, recorded, answered }];
}

function compareLists(recorded: readonly unknown[], answered: readonly unknown[], path: string): Deviation[] {
  const length = Math.max(recorded.length, answered.length);
  return Array.from({ length }, (_, index) =>
    compareAnswer(recorded[index], answered[index], `${path}.${index}`),
  ).flat();
}

type Entry = Readonly<Record<string, unknown>>;

function compareMaps(recorded: Entry, answered: Entry, path: string): Deviation[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(answered)]);
  return [...names].flatMap((name) => {
    const where = `${path}.${name}`;
    const [left, right] = [recorded[name], answered[name]];
    if (!Array.isArray(left) || !Array.isArray(right)) return compareAnswer(left, right, where);
    if (name === 'conditions' && left.every((one) => isMap(one) && 'lastTransitionTime' in one))
      return compareLists(inOrder(left as Entry[], typeOf), inOrder(right as Entry[], typeOf), where);
    if (name === 'managedFields') return compareManagers(left as Entry[], right as Entry[], where);
    const ordered = rules.has(name) ? [left, right].map((list) => inOrder(list as Entry[], canonical)) : [left, right];
    return compareLists(ordered[0] ?? [], ordered[1] ?? [], where);
  });
}

/** Conditions come in the order in which they were written. */
const typeOf = ({ type }: Entry): string => String(type);

/** Rules of a review come in the order of a map of Go. */
const rules: ReadonlySet<string> = new Set(['resourceRules', 'nonResourceRules']);

/**
 * Compares who owns which fields. The recorded server knew no subresources here: what one manager
 * owns through several is put together, and that there were some is a deviation of its own.
 */
function compareManagers(recorded: readonly Entry[], answered: readonly Entry[], path: string): Deviation[] {
  const subresources = answered.flatMap(({ subresource }) => subresource ?? []);
  const nameless = recorded.every(({ subresource }) => subresource === undefined);
  const right = nameless ? withoutSubresources(answered) : answered;
  const found = compareLists(inOrder(recorded, managerOf), inOrder(right, managerOf), path);
  const deviation = { path: `${path}.subresources`, recorded: undefined, answered: subresources };
  return nameless && subresources.length > 0 ? [deviation, ...found] : found;
}

function withoutSubresources(entries: readonly Entry[]): Entry[] {
  const whole = new Map<string, Entry>();
  for (const { subresource: _, ...entry } of entries) {
    const { manager, operation, apiVersion, fieldsV1 } = entry;
    const key = canonical([operation, manager, apiVersion]);
    const known = whole.get(key);
    whole.set(key, known ? { ...known, fieldsV1: union(known['fieldsV1'], fieldsV1) } : entry);
  }
  return [...whole.values()];
}

function union(a: unknown, b: unknown): unknown {
  if (!isMap(a) || !isMap(b)) return b ?? a;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, union(a[name], b[name])]));
}

const managerOf = ({ operation, manager, apiVersion, subresource, fieldsV1 }: Entry): string =>
  canonical([operation, manager, apiVersion, subresource ?? '', fieldsV1]);

/** JSON with the keys of maps in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

const inOrder = (entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] =>
  entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

/** How old something is: a matter of how fast the machine is. */
const isAge = (value: unknown): boolean => typeof value === 'string' && /^\d+s$/.test(value);

/** A masked value stands for any that is there. */
function sameScalar(recorded: unknown, answered: unknown): boolean {
  if (isAge(recorded) && isAge(answered)) return true;
  if (typeof recorded !== 'string' || !masks.test(recorded)) return recorded === answered;
  if (answered === undefined) return false;
  if (typeof answered !== 'string') return true;
  const parts = recorded.split(new RegExp(masks, 'g')).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(answered);
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
