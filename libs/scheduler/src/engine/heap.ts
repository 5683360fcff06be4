/** A binary heap that also gives up members from its middle. */
export class Heap<T extends object> {
  private readonly items: T[] = [];
  private readonly positions = new Map<T, number>();

  constructor(private readonly less: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    this.positions.set(item, this.items.length - 1);
    this.rise(this.items.length - 1);
  }

  pop(): T | undefined {
    const [first] = this.items;
    if (first) this.remove(first);
    return first;
  }

  remove(item: T): void {
    const position = this.positions.get(item);
    if (position === undefined) return;
    this.positions.delete(item);
    const last = this.items.pop();
    if (last === undefined || last === item) return;
    this.items[position] = last;
    this.positions.set(last, position);
    this.rise(position);
    this.sink(this.positions.get(last) ?? position);
  }

  private rise(start: number): void {
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.before(position, parent)) return;
      this.swap(position, parent);
      position = parent;
    }
  }

  private sink(start: number): void {
    let position = start;
    for (;;) {
      let first = position;
      for (const child of [2 * position + 1, 2 * position + 2])
        if (child < this.items.length && this.before(child, first)) first = child;
      if (first === position) return;
      this.swap(position, first);
      position = first;
    }
  }

  private before(a: number, b: number): boolean {
    return this.less(this.items[a] as T, this.items[b] as T);
  }

  private swap(a: number, b: number): void {
    const first = this.items[a] as T;
    const second = this.items[b] as T;
    this.items[a] = second;
    this.items[b] = first;
    this.positions.set(second, a);
    this.positions.set(first, b);
  }
}
