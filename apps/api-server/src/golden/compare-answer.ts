/** One place where an answer is not as recorded. An absent side is undefined. */
export interface Deviation {
  /** Dotted, list positions included: `body.metadata.managedFields.0.manager`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

const masks = /<(?:volatile|uid|time|cluster ip|n|pointer)>/;

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

function compareMaps(
  recorded: Readonly<Record<string, unknown>>,
  answered: Readonly<Record<string, unknown>>,
  path: string,
): Deviation[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(answered)]);
  return [...names].flatMap((name) => {
    const at = (side: Readonly<Record<string, unknown>>): unknown =>
      name === 'managedFields' ? inOrder(side[name]) : side[name];
    return compareAnswer(at(recorded), at(answered), `${path}.${name}`);
  });
}

/** Entries of managedFields come in an order that depends on the clock. */
function inOrder(entries: unknown): unknown {
  if (!Array.isArray(entries)) return entries;
  const keyOf = ({
    operation,
    manager,
    apiVersion,
    subresource,
    fieldsV1,
  }: Readonly<Record<string, unknown>>): string =>
    JSON.stringify([operation, manager, apiVersion, subresource ?? '', fieldsV1]);
  return (entries as Readonly<Record<string, unknown>>[]).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

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
