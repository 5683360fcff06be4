import type { Expr } from '../syntax/ast';
import { costs } from './call-cost';
import { type CallEstimate, type EstimatedCall, pattern } from './estimated-call';
import { libraryEstimate } from './library-estimate';
import { add, fixed, multiply, type Range, scale, union } from './range';
import type { EntrySizes } from './sizes';

/** What a call costs with its arguments, its target aside. Upstream: functionCost. */
export function functionEstimate(call: EstimatedCall): CallEstimate {
  const argCost = add(...call.argCosts);
  const own = libraryEstimate(call) ?? standardEstimate(call);
  if (call.overload === 'conditional') return conditional(call);
  return { cost: add(own.cost, argCost), size: own.size };
}

function conditional({ expr, argCosts, sizes }: EstimatedCall): CallEstimate {
  const [, yes, no] = expr.args;
  const [condition, first, second] = argCosts;
  if (!yes || !no || !condition || !first || !second) return { cost: fixed(1) };
  sizes.setEntries(expr, unionOfEntries(sizes.entries(yes), sizes.entries(no)));
  const size = union(sizes.orUnknown(yes), sizes.orUnknown(no));
  return { cost: add(condition, union(first, second)), size };
}

function unionOfEntries(one: EntrySizes | undefined, other: EntrySizes | undefined): EntrySizes | undefined {
  return one && other && { kind: one.kind, key: union(one.key, other.key), value: union(one.value, other.value) };
}

const compared = /^(?:less|greater)(?:_equals)?_(?:string|bytes)$|^(?:not_)?equals$/;

function standardEstimate({ expr, overload, target, sizes }: EstimatedCall): CallEstimate {
  const [first, second] = expr.args;
  const sizeOf = (node: Expr): Range => sizes.orUnknown(node);
  const traversed = (size: Range): Range => scale(size, costs.traversal);
  if (first && second && compared.test(overload)) return { cost: comparison(sizeOf(first), sizeOf(second)) };
  switch (overload) {
    case 'string_to_bytes':
      if (first)
        return { cost: traversed(sizeOf(first)), size: { min: sizeOf(first).min, max: sizeOf(first).max * 4 } };
      break;
    case 'bytes_to_string':
      if (first)
        return {
          cost: traversed(sizeOf(first)),
          size: { min: Math.floor(sizeOf(first).min / 4), max: sizeOf(first).max },
        };
      break;
    case 'strings_quote':
      if (first)
        return { cost: traversed(sizeOf(first)), size: { min: sizeOf(first).min + 2, max: sizeOf(first).max * 2 + 2 } };
      break;
    case 'string_format':
      if (target) return { cost: traversed(sizeOf(target)) };
      break;
    case 'starts_with_string':
    case 'ends_with_string':
      if (first) return { cost: traversed(sizeOf(first)) };
      break;
    case 'in_list':
      if (second) return { cost: sizeOf(second) };
      break;
    case 'matches_string':
      if (target && first) return { cost: pattern(sizeOf(target), sizeOf(first)) };
      break;
    case 'contains_string':
      if (target && first) return { cost: multiply(traversed(sizeOf(target)), traversed(sizeOf(first))) };
      break;
    case 'add_string':
    case 'add_bytes':
    case 'add_list': {
      if (!first || !second) break;
      const size = add(sizeOf(first), sizeOf(second));
      sizes.setEntries(expr, unionOfEntries(sizes.entries(first), sizes.entries(second)));
      return { cost: overload === 'add_list' ? fixed(1) : traversed(size), size };
    }
  }
  return { cost: fixed(1) };
}

/** Only as much is compared as the smaller one has. */
function comparison(one: Range, other: Range): Range {
  const max = Math.min(one.max, other.max);
  return scale({ min: max > 0 ? 1 : 0, max }, costs.traversal);
}
