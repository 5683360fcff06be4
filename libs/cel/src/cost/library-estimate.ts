import type { Expr } from '../syntax/ast';
import { isInt } from '../values/value';
import { costs } from './call-cost';
import { type CallEstimate, type EstimatedCall, pattern } from './estimated-call';
import { add, fixed, multiply, type Range, scale } from './range';
import type { Sizes } from './sizes';

const nominal = new Set(
  (
    'serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength ' +
    'family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast sign asInteger isInteger ' +
    'asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch isGlobalUnicast format.named'
  ).split(' '),
);
const traversal = (size: Range, factor = 1): Range => scale(size, factor * costs.traversal);

/**
 * What a function of Kubernetes' libraries costs; undefined for others. Which definitions are refused depends on it.
 * Upstream: k8s.io/apiserver/pkg/cel/library/cost.go, EstimateCallCost.
 */
export function libraryEstimate(call: EstimatedCall): CallEstimate | undefined {
  const { name, target, sizes } = call;
  const [first] = call.expr.args;
  if (name === 'check') return { cost: fixed(350_000) };
  if (nominal.has(name)) return { cost: fixed(1) };
  switch (name) {
    case 'url':
    case 'jsonpatch.escapeKey':
      return first && { cost: traversal(sizes.orUnknown(first)), size: sizes.orUnknown(first) };
    case 'fieldSelector':
    case 'labelSelector':
      return first && { cost: selectorCost(sizes.orUnknown(first)) };
    case 'validate':
      return target && first && { cost: scale(traversal(sizes.orUnknown(first)), longestFormat * costs.regexLength) };
    case '_==_':
      return opaqueEquality(call);
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return target && { cost: traversalOf(target, sizes) };
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return target && { cost: traversal(sizes.orUnknown(target)), size: sizes.orUnknown(target) };
    case 'replace':
      return target && replaceEstimate(call, target);
    case 'split':
      return target && splitEstimate(call, target);
    case 'join':
      return target && joinEstimate(target, first, sizes);
    case 'find':
    case 'findAll':
      if (!target || !first) return undefined;
      return {
        cost: pattern(sizes.orUnknown(target), sizes.orUnknown(first)),
        size: { min: 0, max: sizes.orUnknown(target).max },
      };
    case 'ip':
      return target && { cost: fixed(1) };
    case 'containsIP':
    case 'containsCIDR':
      return target && first ? { cost: containment(call, first) } : undefined;
    default:
      return undefined;
  }
}

/** What upstream takes for the size of the pattern of any format. */
const longestFormat = 128;

/** A requirement for every two characters, each with a list of values. */
const selectorCost = (size: Range): Range =>
  add(fixed(costs.list), traversal(size), scale(scale(size, 0.5), costs.list + costs.struct));

/** Values of the libraries are compared in one step, but for URLs and formats. */
function opaqueEquality({ expr, sizes }: EstimatedCall): CallEstimate | undefined {
  const [one, other] = expr.args;
  if (!one || !other) return undefined;
  const types = [sizes.typeOf(one), sizes.typeOf(other)];
  const [name, second] = types.map((type) => (type.kind === 'opaque' ? type.name : undefined));
  if (name === undefined || name !== second || name === 'optional_type') return undefined;
  if (name === 'kubernetes.URL') return { cost: traversal({ min: 1, max: sizes.of(other)?.max ?? 1 }) };
  return { cost: name === 'kubernetes.NamedFormat' ? traversal({ min: 1, max: 64 }) : fixed(1) };
}

/** One for each element, and a look at all of its text. */
function traversalOf(target: Expr, sizes: Sizes): Range {
  const type = sizes.typeOf(target);
  const size = sizes.orUnknown(target);
  if (type.kind !== 'list') return traversal(size);
  const { kind } = type.element;
  const element = kind === 'string' || kind === 'bytes' ? traversal(sizes.ofElements(target)) : fixed(0);
  return multiply(size, add(fixed(1), element));
}

function replaceEstimate({ expr, sizes }: EstimatedCall, target: Expr): CallEstimate | undefined {
  const [from, to] = expr.args;
  if (!from || !to) return undefined;
  const size = sizes.orUnknown(target);
  const replaced = sizes.orUnknown(from);
  const by = sizes.orUnknown(to);
  const most = longest(size.max, replaced.min, by.max);
  const least = shortest(size.min, replaced.max, by.min);
  return {
    cost: traversal(size, 2),
    size: add(multiply({ min: least.count, max: most.count }, by), { min: least.kept, max: most.kept }),
  };
}

interface Replacement {
  readonly count: number;
  readonly kept: number;
}

/** An empty text is found around every character. */
function longest(size: number, replaced: number, by: number): Replacement {
  if (replaced === 0) return { count: size + 1, kept: size };
  return by <= replaced ? { count: 0, kept: size } : { count: Math.ceil(size / replaced), kept: 0 };
}

function shortest(size: number, replaced: number, by: number): Replacement {
  if (replaced === 0) return { count: size + 1, kept: size };
  return replaced <= by ? { count: 0, kept: size } : { count: Math.ceil(size / replaced), kept: 0 };
}

function splitEstimate({ expr, sizes }: EstimatedCall, target: Expr): CallEstimate {
  const size = sizes.orUnknown(target);
  const limit = expr.args[1];
  const known = limit?.kind === 'literal' && isInt(limit.value) ? Number(limit.value) : size.max;
  return { cost: traversal(size, 2), size: { min: 0, max: known < 0 ? Infinity : known } };
}

function joinEstimate(target: Expr, separator: Expr | undefined, sizes: Sizes): CallEstimate {
  const count = sizes.orUnknown(target);
  let size = multiply(count, sizes.ofElements(target));
  if (separator) {
    const separators = { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) };
    size = add(size, multiply(sizes.orUnknown(separator), separators));
  }
  return { cost: traversal(size), size };
}

/** Of 4 or 16 bytes. */
const addressSize: Range = { min: 4, max: 16 };

function containment({ name, overload, sizes }: EstimatedCall, other: Expr): Range {
  const compared = traversal(add(addressSize, addressSize));
  const masked = name === 'containsCIDR' ? add(traversal(addressSize), fixed(1)) : fixed(0);
  const parsed = overload.endsWith('_string') ? traversal(sizes.orUnknown(other)) : fixed(0);
  return add(compared, masked, parsed);
}
