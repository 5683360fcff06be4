import { ListValue, type Value } from './value';

/** A list that an expression made. */
export class ArrayList extends ListValue {
  constructor(readonly values: Value[]) {
    super();
  }

  get size(): number {
    return this.values.length;
  }

  get(index: number): Value {
    return this.values[index] ?? null;
  }
}

/** Up to here two lists are copied into one. */
const copiedSize = 64;

/** Two lists as one, without a copy: `+` of lists costs the same however long they are. */
class ConcatList extends ListValue {
  readonly size: number;

  constructor(
    readonly left: ListValue,
    readonly right: ListValue,
  ) {
    super();
    this.size = left.size + right.size;
  }

  get(index: number): Value {
    const inLeft = index < this.left.size;
    let list = inLeft ? this.left : this.right;
    let at = inLeft ? index : index - this.left.size;
    while (list instanceof ConcatList) {
      if (at < list.left.size) list = list.left;
      else {
        at -= list.left.size;
        list = list.right;
      }
    }
    return list.get(at);
  }
}

export function concatLists(left: ListValue, right: ListValue): ListValue {
  if (left.size === 0) return right;
  if (right.size === 0) return left;
  if (left.size + right.size > copiedSize) return new ConcatList(left, right);
  return new ArrayList([...left, ...right]);
}
